import type { Clock } from '../../ports/clock.ts';

/** A clock that advances only on request. */
export interface ManualClock extends Clock {
  /**
   * Advances the time by `ms`; runs callbacks in the order of their deadlines, each at its own time. Callbacks may
   * set new ones.
   */
  advance(ms: number): void;
}

/** A clock that advances only on request, for tests. */
export function manualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  const waiting = new Set<{ atMs: number; callback: () => void }>();
  const due = (untilMs: number) => {
    let first: { atMs: number; callback: () => void } | undefined;
    for (const wait of waiting)
      if (wait.atMs <= untilMs && (first === undefined || wait.atMs < first.atMs)) first = wait;
    return first;
  };
  return {
    now: () => nowMs,
    at(atMs, callback) {
      const wait = { atMs, callback };
      waiting.add(wait);
      return () => waiting.delete(wait);
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (let next = due(untilMs); next !== undefined; next = due(untilMs)) {
        waiting.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.callback();
      }
      nowMs = untilMs;
    },
  };
}
