import type { Clock } from '../../ports/clock.ts';
import { Deadlines } from './deadlines.ts';

/** The longest delay setTimeout supports, in milliseconds; a longer one fires at once. */
const longestMs = 2 ** 31 - 1;

/**
 * The system clock. Its time never goes back: while the computer's clock is set back, it continues with the time that
 * has elapsed, so that no timer is late. When the computer's clock is set forward, it follows; a timer that it skips fires
 * when its delay has elapsed, or with the next start of the process.
 *
 * Of many callbacks that are due at once only some run per turn of the event loop.
 */
export function systemClock(): Clock {
  let offsetMs = Number.NEGATIVE_INFINITY;
  /** The offset without the growth that the resolution of the time, a millisecond, causes: deadlines keep their order. */
  let steadyOffsetMs = Number.NEGATIVE_INFINITY;
  const now = () => {
    const timeMs = Date.now();
    // Read second: if the process is interrupted in between, the offset is too small and does not count.
    const elapsedMs = performance.now();
    offsetMs = Math.max(offsetMs, timeMs - elapsedMs);
    return Math.round(offsetMs + elapsedMs);
  };
  const deadlines = new Deadlines(elapsedClock);
  return {
    now,
    at(atMs, callback) {
      now();
      if (offsetMs > steadyOffsetMs + 1) steadyOffsetMs = offsetMs;
      return deadlines.at(Math.ceil(atMs) - steadyOffsetMs, callback);
    },
  };
}

/** Milliseconds since the process started, rounded as the time is. They do not change when the computer's clock is set. */
const elapsedClock: Clock = {
  now: () => performance.now() + 0.5,
  at(elapsedMs, callback) {
    let handle: NodeJS.Timeout;
    const wait = (): void => {
      const restMs = Math.min(Math.max(elapsedMs - performance.now(), 0), longestMs);
      handle = setTimeout(() => (elapsedMs > elapsedClock.now() ? wait() : callback()), restMs);
    };
    wait();
    return () => clearTimeout(handle);
  },
};
