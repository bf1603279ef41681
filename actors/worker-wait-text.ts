/** A line of the log when work waits for a worker, and when it no longer does: a live line shows the last one. */
export const workerWaitText = (reason: string | null): string =>
  reason === null ? 'no longer waits for a worker' : `waits for a worker: ${reason}`;
