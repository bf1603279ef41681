import type { PlanEvent } from '../model/event.ts';

/** Live events to any number of readers: each gets every one exactly once, in order; a slow one harms nobody else. */
export interface Feed {
  publish(events: readonly PlanEvent[]): void;
  /** Wakes those who follow a plan, without an event: it rests or has ended, and its record says so. */
  nudge(planId: string): void;
  /**
   * From now on, until the signal aborts or the feed ends. Nudges are heard about the plan that is followed; with `only`
   * nothing else is, and the reader may be stirred by hand. Of a feed that has ended it is over at once.
   */
  read(options?: { signal?: AbortSignal | undefined; follow?: string; only?: 'nudges' }): FeedReader;
  /** Hands over what is published, at once and before any reader wakes. Returns how to end it. */
  tap(listener: (events: readonly PlanEvent[]) => void): () => void;
  end(): void;
}

export interface FeedReader {
  /** The next event that waits, if one does. */
  take(): PlanEvent | undefined;
  /** Resolves when something was published or nudged since the last call; false once the feed is over. */
  news(): Promise<boolean>;
  /** Whether the plan that is followed was nudged since this was last asked. */
  nudged(): boolean;
  /** Wakes this reader: there is news elsewhere. */
  stir(): void;
  stop(): void;
}

interface Reader {
  /** null for those who hear of nudges only. */
  queue: PlanEvent[] | null;
  stirred: boolean;
  follow: string | undefined;
  nudged: boolean;
  over: boolean;
  wake(): void;
}

export function feed(): Feed {
  const readers = new Set<Reader>();
  const taps = new Set<(events: readonly PlanEvent[]) => void>();
  let over = false;
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
      for (const tap of taps) tap(events);
      for (const reader of readers) {
        if (reader.queue === null) continue;
        reader.queue.push(...events);
        stir(reader);
      }
    },
    tap(listener) {
      taps.add(listener);
      return () => taps.delete(listener);
    },
    nudge(planId) {
      for (const reader of readers) {
        if (reader.follow !== planId) continue;
        reader.nudged = true;
        stir(reader);
      }
    },
    read({ signal, follow, only } = {}) {
      const queue = only === 'nudges' ? null : [];
      const reader: Reader = { queue, follow, stirred: false, nudged: false, over: false, wake: () => {} };
      readers.add(reader);
      const stop = () => {
        signal?.removeEventListener('abort', stop);
        close(reader);
      };
      signal?.addEventListener('abort', stop);
      // Nobody would ever wake who comes after the end.
      if (over || signal?.aborted) stop();
      return {
        take: () => reader.queue?.shift(),
        async news() {
          if (!reader.stirred && !reader.over) {
            await new Promise<void>(resolve => {
              reader.wake = resolve;
            });
          }
          reader.stirred = false;
          return !reader.over;
        },
        nudged() {
          const { nudged } = reader;
          reader.nudged = false;
          return nudged;
        },
        stir: () => stir(reader),
        stop,
      };
    },
    end() {
      over = true;
      for (const reader of [...readers]) close(reader);
    },
  };
}
