import type { Clock } from '../../../../src/ports/clock.ts';

/** A clock on which every wait is over at once. */
export interface InstantClock extends Clock {
  /** The seconds of each wait, in order. */
  waits: number[];
}

export function instantClock(): InstantClock {
  const waits: number[] = [];
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  return {
    waits,
    now: () => nowMs,
    at(atMs, callback) {
      waits.push((atMs - nowMs) / 1000);
      nowMs = atMs;
      queueMicrotask(callback);
      return () => {};
    },
  };
}
