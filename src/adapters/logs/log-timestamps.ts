/**
 * Creates timestamps for log lines: UTC with microseconds, strictly increasing even if the clock is set back, so that
 * they order the lines of all plans.
 */
export function createLogTimestamps(now: () => number): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(now() * 1000));
    return `${new Date(Math.floor(last / 1000)).toISOString().slice(0, -1)}${String(last % 1000).padStart(3, '0')}Z`;
  };
}
