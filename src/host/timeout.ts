/** A timeout for the other end, counted from its first start. */
export interface Timeout {
  start(): void;
  stop(): void;
}

/**
 * When the time is up it reads once more: a process that was busy for long finds its timers due before it has read
 * input that arrived in time.
 */
export function createTimeout(ms: number, onTimeout: () => void): Timeout {
  let timer: NodeJS.Timeout | null = null;
  let pendingCheck: NodeJS.Immediate | null = null;
  return {
    start() {
      timer ??= setTimeout(() => {
        // Immediates run after the sockets are read in this tick.
        pendingCheck = setImmediate(onTimeout);
      }, ms);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      if (pendingCheck !== null) clearImmediate(pendingCheck);
      timer = null;
      pendingCheck = null;
    },
  };
}
