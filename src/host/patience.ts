/** Waits so long for the other end, from when it is first started. */
export interface Patience {
  start(): void;
  stop(): void;
}

/**
 * When the time is up it listens once more: a process that was busy for long finds its timers due before it has read what
 * had arrived in time.
 */
export function patience(ms: number, lost: () => void): Patience {
  let timer: NodeJS.Timeout | null = null;
  let late: NodeJS.Immediate | null = null;
  return {
    start() {
      timer ??= setTimeout(() => {
        // Immediates come after the sockets are read in this turn of the loop.
        late = setImmediate(lost);
      }, ms);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      if (late !== null) clearImmediate(late);
      timer = null;
      late = null;
    },
  };
}
