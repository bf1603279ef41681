import { TroupeError } from '../../src/model/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';

/**
 * Runs work that may hit a rate limit. Whether the error has `details.retryAfterSeconds` or `details.resetAt` (ISO
 * 8601, or epoch in seconds or milliseconds), it is rethrown with both: machines wait for the duration, people read
 * the time.
 */
export async function withRateLimitDetails<Result>(clock: Clock, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (!TroupeError.is(thrown) || thrown.category !== 'rate_limited') throw thrown;
    const resetMs = resetTimeOf(thrown.details ?? {}, clock.now());
    if (resetMs === null) throw thrown;
    const retryAfterSeconds = Math.max(0, Math.ceil((resetMs - clock.now()) / 1000));
    const details = { ...thrown.details, retryAfterSeconds, resetAt: new Date(resetMs).toISOString() };
    throw new TroupeError(thrown.code, thrown.message, { ...thrown.toJSON(), details, cause: thrown });
  }
}

/** The latest valid date, in milliseconds since the epoch. */
const dateMsMax = 8.64e15;

function resetTimeOf({ retryAfterSeconds, resetAt }: Record<string, unknown>, nowMs: number): number | null {
  const time = typeof resetAt === 'string' ? Date.parse(resetAt) : resetAt;
  const atMs = typeof time !== 'number' ? Number.NaN : time < 1e11 && typeof resetAt === 'number' ? time * 1000 : time;
  if (Math.abs(atMs) <= dateMsMax) return atMs;
  const afterMs =
    typeof retryAfterSeconds === 'number' && retryAfterSeconds >= 0 ? retryAfterSeconds * 1000 : Number.NaN;
  return nowMs + afterMs <= dateMsMax ? nowMs + afterMs : null;
}
