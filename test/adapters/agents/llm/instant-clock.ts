import type { Clock } from '../../../../src/ports/clock.ts';

/** A clock on which every wait of up to a minute is over at once. */
export interface InstantClock extends Clock {
  /** The seconds of each wait that was over, in order. */
  waits: number[];
  /** Ends the longer waits that were not cancelled. */
  endLongWaits(): void;
}

export function instantClock(): InstantClock {
  const waits: number[] = [];
  const long = new Set<() => void>();
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  return {
    waits,
    now: () => nowMs,
    at(atMs, callback) {
      const end = () => {
        waits.push((atMs - nowMs) / 1000);
        nowMs = atMs;
        queueMicrotask(callback);
      };
      if (atMs - nowMs > 60_000) long.add(end);
      else end();
      return () => long.delete(end);
    },
    endLongWaits() {
      for (const end of long) {
        long.delete(end);
        end();
      }
    },
  };
}
