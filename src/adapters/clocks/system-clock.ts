import type { Clock } from '../../ports/clock.ts';

/** The longest delay setTimeout supports, in milliseconds; a longer one fires at once. */
const longestMs = 2 ** 31 - 1;

/** The system clock. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    at(atMs, callback) {
      let handle: NodeJS.Timeout;
      const wait = (): void => {
        const restMs = atMs - Date.now();
        handle = setTimeout(() => (atMs > Date.now() ? wait() : callback()), Math.min(Math.max(restMs, 0), longestMs));
      };
      wait();
      return () => clearTimeout(handle);
    },
  };
}
