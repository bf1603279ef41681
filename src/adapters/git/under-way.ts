import { Fault } from '../../model/fault.ts';

/** What is under way, so that closing can wait for it: nothing writes into a repository that its owner has let go. */
export interface UnderWay {
  /** The same deed, counted while it lasts. It throws {Fault} SYSTEM_CLOSED once `end` was called. */
  counted<Args extends unknown[], Result>(deed: (...args: Args) => Promise<Result>): (...args: Args) => Promise<Result>;
  /** Begins nothing more, and waits until nothing is under way. */
  end(): Promise<void>;
}

/** @param what names what is closed, for the fault */
export function underWay(what: string): UnderWay {
  const running = new Set<Promise<unknown>>();
  let over = false;
  return {
    counted: deed =>
      async function counting(...args) {
        if (over) throw new Fault('SYSTEM_CLOSED', 'This project was closed', { where: what });
        const work = deed(...args);
        running.add(work);
        try {
          return await work;
        } finally {
          running.delete(work);
        }
      },
    async end() {
      over = true;
      await Promise.allSettled(running);
    },
  };
}
