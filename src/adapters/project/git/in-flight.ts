import { TroupeError } from '../../../model/errors.ts';

/** What is under way, so that closing can wait for it: nothing writes into a repository that its owner has let go. */
export interface InFlight {
  /** The same deed, counted while it lasts. It throws {TroupeError} SYSTEM_CLOSED once `end` was called. */
  track<Args extends unknown[], Result>(deed: (...args: Args) => Promise<Result>): (...args: Args) => Promise<Result>;
  /** Begins nothing more, and waits until nothing is under way. */
  drain(): Promise<void>;
}

/** @param what names what is closed, for the error */
export function trackInFlight(what: string): InFlight {
  const running = new Set<Promise<unknown>>();
  let over = false;
  return {
    track: deed =>
      async function counting(...args) {
        if (over) throw new TroupeError('SYSTEM_CLOSED', 'This project was closed', { where: what });
        const work = deed(...args);
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
