import type { TroupeError } from '../model/errors.ts';

/** Values on their way from where they come in to the one who reads them. */
export interface AsyncQueue {
  push(value: unknown): void;
  end(): void;
  fail(error: TroupeError): void;
  /** What was taken before it ended or failed is read first; an abort ends it at once. */
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
