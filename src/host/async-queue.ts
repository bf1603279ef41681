import type { TroupeError } from '../model/errors.ts';

/** An async queue of values with one reader. */
export interface AsyncQueue {
  push(value: unknown): void;
  end(): void;
  fail(error: TroupeError): void;
  /** Yields what was pushed before the end or the failure first; an abort ends it at once. */
  read(): AsyncIterable<unknown>;
}

export function createAsyncQueue(signal: AbortSignal): AsyncQueue {
  let values: unknown[] = [];
  let ended = false;
  let failure: TroupeError | null = null;
  let wake = () => {};
  return {
    push(value) {
      values.push(value);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    fail(error) {
      ended = true;
      failure = error;
      wake();
    },
    async *read() {
      const stop = () => wake();
      signal.addEventListener('abort', stop);
      try {
        while (!signal.aborted) {
          const ready = values;
          values = [];
          for (const value of ready) {
            yield value;
            if (signal.aborted) return;
          }
          if (values.length > 0) continue;
          if (failure !== null) throw failure;
          if (ended) return;
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        }
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}
