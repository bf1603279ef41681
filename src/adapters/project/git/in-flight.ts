import { TroupeError } from '../../../model/errors.ts';

/** Tracks running operations, so that closing can wait for them: after close nothing writes to the repository. */
export interface InFlight {
  /** Wraps a function to track its calls. It throws {TroupeError} SYSTEM_CLOSED after `drain`. */
  track<Args extends unknown[], Result>(
    operation: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result>;
  /** Rejects new operations, and waits for the running ones. */
  drain(): Promise<void>;
}

/** @param what names what is closed, for the error */
export function trackInFlight(what: string): InFlight {
  const running = new Set<Promise<unknown>>();
  let over = false;
  return {
    track: operation =>
      async function counting(...args) {
        if (over) throw new TroupeError('SYSTEM_CLOSED', 'This project was closed', { where: what });
        const work = operation(...args);
        running.add(work);
        try {
          return await work;
        } finally {
          running.delete(work);
        }
      },
    async drain() {
      over = true;
      await Promise.allSettled(running);
    },
  };
}
