import type { PlanEvent } from '../../model/event.ts';

/** Live events to any number of readers: each gets every one exactly once, in order; a slow one harms nobody else. */
export interface EventBus {
  publish(events: readonly PlanEvent[]): void;
  /** Wakes those who follow a plan, without an event: it rests or has ended, and its record says so. */
  notifyIdle(planId: string): void;
  /**
   * From now on, until the signal aborts or the feed ends. Nudges are heard about the plan that is followed; with `only`
   * nothing else is, and the reader may be stirred by hand. Of a feed that has ended it is over at once.
   */
  openReader(options?: { signal?: AbortSignal | undefined; follow?: string; only?: 'idle' }): EventReader;
  /** Hands over what is published, at once and before any reader wakes. Returns how to end it. */
  subscribeSync(listener: (events: readonly PlanEvent[]) => void): () => void;
  close(): void;
}

export interface EventReader {
  /** The next event that waits, if one does. */
  poll(): PlanEvent | undefined;
  /** Resolves when something was published or nudged since the last call; false once the feed is over. */
  waitForEvents(): Promise<boolean>;
  /** Whether the plan that is followed was nudged since this was last asked. */
  takeIdleNotice(): boolean;
  /** Wakes this reader: there is news elsewhere. */
  wake(): void;
  close(): void;
}

interface ReaderState {
  /** null for those who hear of nudges only. */
  queue: PlanEvent[] | null;
  signaled: boolean;
  follow: string | undefined;
  idleNotice: boolean;
  closed: boolean;
  wake(): void;
}

export function createEventBus(): EventBus {
  const readers = new Set<ReaderState>();
  const syncListeners = new Set<(events: readonly PlanEvent[]) => void>();
  let closed = false;
  const wake = (reader: ReaderState) => {
    reader.signaled = true;
    reader.wake();
  };
  const close = (reader: ReaderState) => {
    reader.closed = true;
    readers.delete(reader);
    reader.wake();
  };
  return {
    publish(events) {
      for (const tap of syncListeners) tap(events);
      for (const reader of readers) {
        if (reader.queue === null) continue;
        reader.queue.push(...events);
        wake(reader);
      }
    },
    subscribeSync(listener) {
      syncListeners.add(listener);
      return () => syncListeners.delete(listener);
    },
    notifyIdle(planId) {
      for (const reader of readers) {
        if (reader.follow !== planId) continue;
        reader.idleNotice = true;
        wake(reader);
      }
    },
    openReader({ signal, follow, only } = {}) {
      const queue = only === 'idle' ? null : [];
      const reader: ReaderState = { queue, follow, signaled: false, idleNotice: false, closed: false, wake: () => {} };
      readers.add(reader);
      const closeReader = () => {
        signal?.removeEventListener('abort', closeReader);
        close(reader);
      };
      signal?.addEventListener('abort', closeReader);
      // Nobody would ever wake who comes after the end.
      if (closed || signal?.aborted) closeReader();
      return {
        poll: () => reader.queue?.shift(),
        async waitForEvents() {
          if (!reader.signaled && !reader.closed) {
            await new Promise<void>(resolve => {
              reader.wake = resolve;
            });
          }
          reader.signaled = false;
          return !reader.closed;
        },
        takeIdleNotice() {
          const { idleNotice } = reader;
          reader.idleNotice = false;
          return idleNotice;
        },
        wake: () => wake(reader),
        close: closeReader,
      };
    },
    close() {
      closed = true;
      for (const reader of [...readers]) close(reader);
    },
  };
}
