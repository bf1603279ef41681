/**
 * Stamps for log lines: UTC with microseconds, each later than the one before it, also when the clock was set back. So the
 * order of their stamps is the order in which lines were printed, over all plans.
 */
export function createLogTimestamps(now: () => number): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(now() * 1000));
    return `${new Date(Math.floor(last / 1000)).toISOString().slice(0, -1)}${String(last % 1000).padStart(3, '0')}Z`;
  };
}
