import type { PlanEvent } from '../../model/event.ts';

/**
 * Delivers live events to any number of readers: each gets every event exactly once, in order; a slow reader does not
 * affect the others.
 */
export interface EventBus {
  publish(events: readonly PlanEvent[]): void;
  /** Wakes readers that follow a plan without an event, because its record now says that it waits or has ended. */
  notifyIdle(planId: string): void;
  /**
   * Opens a reader from now on, until the signal aborts or the bus closes. Idle notices arrive for the plan in
   * `follow`; with `only` there is nothing else, and the reader can be woken by hand. On a closed bus it ends at
   * once.
   */
  openReader(options?: { signal?: AbortSignal | undefined; follow?: string; only?: 'idle' }): EventReader;
  /** Calls `listener` with published events synchronously, before any reader wakes. Returns how to unsubscribe. */
  subscribeSync(listener: (events: readonly PlanEvent[]) => void): () => void;
  close(): void;
}

export interface EventReader {
  /** Returns the next pending event, if there is one. */
  poll(): PlanEvent | undefined;
  /** Resolves after a new event or idle notice since the last call; false once the bus is closed. */
  waitForEvents(): Promise<boolean>;
  /** Returns whether the followed plan had an idle notice since the last call. */
  takeIdleNotice(): boolean;
  /** Wakes this reader for another reason. */
  wake(): void;
  close(): void;
}

interface ReaderState {
  /** null for readers of idle notices only. */
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
      for (const listener of syncListeners) listener(events);
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
      // A reader opened after the close would never wake.
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
