import type { Fault } from '../model/fault.ts';

/** Values on their way from where they come in to the one who reads them. */
export interface Queue {
  take(value: unknown): void;
  end(): void;
  fail(fault: Fault): void;
  /** What was taken before it ended or failed is read first; an abort ends it at once. */
  read(): AsyncIterable<unknown>;
}

export function queue(signal: AbortSignal): Queue {
  let values: unknown[] = [];
  let over = false;
  let failure: Fault | null = null;
  let wake = () => {};
  return {
    take(value) {
      values.push(value);
      wake();
    },
    end() {
      over = true;
      wake();
    },
    fail(fault) {
      over = true;
      failure = fault;
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
          if (over) return;
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
