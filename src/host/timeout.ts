/** Waits so long for the other end, from when it is first started. */
export interface Timeout {
  start(): void;
  stop(): void;
}

/**
 * When the time is up it listens once more: a process that was busy for long finds its timers due before it has read what
 * had arrived in time.
 */
export function createTimeout(ms: number, onTimeout: () => void): Timeout {
  let timer: NodeJS.Timeout | null = null;
  let pendingCheck: NodeJS.Immediate | null = null;
  return {
    start() {
      timer ??= setTimeout(() => {
        // Immediates come after the sockets are read in this turn of the loop.
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
