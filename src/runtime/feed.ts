import type { PlanEvent } from '../model/event.ts';

/** Live events to any number of readers: each gets every one exactly once, in order; a slow one harms nobody else. */
export interface Feed {
  publish(events: readonly PlanEvent[]): void;
  /** From now on, until the signal aborts or the feed ends. */
  read(options?: { signal?: AbortSignal | undefined }): FeedReader;
  end(): void;
}

/** One reader's queue. `next` gives null once the feed has ended or the signal aborted and the queue is empty. */
export interface FeedReader {
  /** Events that wait to be taken. */
  readonly size: number;
  next(): Promise<PlanEvent | null>;
  stop(): void;
}

export function feed(): Feed {
  const listeners = new Set<(events: readonly PlanEvent[]) => void>();
  const endings = new Set<() => void>();
  return {
    publish(events) {
      for (const listener of listeners) listener(events);
    },
    read({ signal } = {}) {
      const queue: PlanEvent[] = [];
      let wake: (() => void) | null = null;
      let ended = signal?.aborted ?? false;
      const stop = () => {
        ended = true;
        listeners.delete(listen);
        endings.delete(stop);
        signal?.removeEventListener('abort', stop);
        wake?.();
      };
      const listen = (events: readonly PlanEvent[]) => {
        queue.push(...events);
        wake?.();
      };
      listeners.add(listen);
      endings.add(stop);
      signal?.addEventListener('abort', stop);
      return {
        get size() {
          return queue.length;
        },
        async next() {
          while (queue.length === 0 && !ended) {
            await new Promise<void>(resolve => {
              wake = resolve;
            });
          }
          return queue.shift() ?? null;
        },
        stop,
      };
    },
    end() {
      for (const stop of [...endings]) stop();
    },
  };
}
