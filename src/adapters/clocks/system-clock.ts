import type { Clock } from '../../ports/clock.ts';

/** The longest delay setTimeout supports, in milliseconds; a longer one fires at once. */
const longestMs = 2 ** 31 - 1;

/**
 * The system clock. Its time never goes back: while the computer's clock is set back, it continues with the time that
 * has elapsed, so that no timer is late. When the computer's clock is set forward, it follows; a timer that it skips fires
 * when its delay has elapsed, or with the next start of the process.
 */
export function systemClock(): Clock {
  let offsetMs = Number.NEGATIVE_INFINITY;
  const now = () => {
    const elapsedMs = performance.now();
    offsetMs = Math.max(offsetMs, Date.now() - elapsedMs);
    return Math.round(offsetMs + elapsedMs);
  };
  return {
    now,
    at(atMs, callback) {
      let handle: NodeJS.Timeout;
      const wait = (): void => {
        const restMs = Math.min(Math.max(atMs - now(), 0), longestMs);
        handle = setTimeout(() => (atMs > now() ? wait() : callback()), restMs);
      };
      wait();
      return () => clearTimeout(handle);
    },
  };
}
