import type { PlanEvent } from '../model/event.ts';

/** Live events to any number of readers: each gets every one exactly once, in order; a slow or throwing one harms nobody else. */
export interface Feed {
  publish(events: readonly PlanEvent[]): void;
  subscribe(listener: (events: readonly PlanEvent[]) => void): () => void;
  /** From now on, until the signal aborts or the feed ends. */
  read(options?: { signal?: AbortSignal | undefined }): AsyncIterableIterator<PlanEvent>;
  end(): void;
}

export function feed(): Feed {
  const listeners = new Set<(events: readonly PlanEvent[]) => void>();
  const endings = new Set<() => void>();
  return {
    publish(events) {
      for (const listener of [...listeners]) {
        try {
          listener(events);
        } catch (thrown) {
          // The listener's own mistake: reported as its own uncaught error, after everyone else was served.
          queueMicrotask(() => {
            throw thrown;
          });
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
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
      async function* stream(): AsyncGenerator<PlanEvent> {
        try {
          while (true) {
            const next = queue.shift();
            if (next) yield next;
            else if (ended) return;
            else
              await new Promise<void>(resolve => {
                wake = resolve;
              });
          }
        } finally {
          stop();
        }
      }
      return stream();
    },
    end() {
      for (const stop of [...endings]) stop();
    },
  };
}
