import type { PlanEvent } from '../model/event.ts';

/** Live events to any number of readers: each gets every one exactly once, in order; a slow one harms nobody else. */
export interface Feed {
  publish(events: readonly PlanEvent[]): void;
  /** Wakes every reader without an event: what it may read elsewhere has changed. */
  nudge(): void;
  /** From now on, until the signal aborts or the feed ends. */
  read(options?: { signal?: AbortSignal | undefined }): FeedReader;
  end(): void;
}

export interface FeedReader {
  /** The next event that waits, if one does. */
  take(): PlanEvent | undefined;
  /** Resolves when something was published or nudged since the last call; false once the feed is over. */
  news(): Promise<boolean>;
  stop(): void;
}

interface Reader {
  queue: PlanEvent[];
  stirred: boolean;
  over: boolean;
  wake(): void;
}

export function feed(): Feed {
  const readers = new Set<Reader>();
  const stir = (reader: Reader) => {
    reader.stirred = true;
    reader.wake();
  };
  const close = (reader: Reader) => {
    reader.over = true;
    readers.delete(reader);
    reader.wake();
  };
  return {
    publish(events) {
      for (const reader of readers) {
        reader.queue.push(...events);
        stir(reader);
      }
    },
    nudge() {
      for (const reader of readers) stir(reader);
    },
    read({ signal } = {}) {
      const reader: Reader = { queue: [], stirred: false, over: false, wake: () => {} };
      readers.add(reader);
      const stop = () => {
        signal?.removeEventListener('abort', stop);
        close(reader);
      };
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop();
      return {
        take: () => reader.queue.shift(),
        async news() {
          if (!reader.stirred && !reader.over) {
            await new Promise<void>(resolve => {
              reader.wake = resolve;
            });
          }
          reader.stirred = false;
          return !reader.over;
        },
        stop,
      };
    },
    end() {
      for (const reader of [...readers]) close(reader);
    },
  };
}
