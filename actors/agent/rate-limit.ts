import { TroupeError } from '../../src/model/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';

/**
 * Lets work be done that a service may refuse for a while. However the refusal says when it is over, as
 * `details.retryAfterSeconds` or as `details.resetAt` (ISO 8601, or epoch in seconds or milliseconds), it is thrown on
 * with both: the distance is what a chart can wait for, the time is what people read.
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

/** No date lies further from the epoch than so many milliseconds. */
const dateMsMax = 8.64e15;

function resetTimeOf({ retryAfterSeconds, resetAt }: Record<string, unknown>, nowMs: number): number | null {
  const said = typeof resetAt === 'string' ? Date.parse(resetAt) : resetAt;
  const atMs = typeof said !== 'number' ? Number.NaN : said < 1e11 && typeof resetAt === 'number' ? said * 1000 : said;
  if (Math.abs(atMs) <= dateMsMax) return atMs;
  const afterMs =
    typeof retryAfterSeconds === 'number' && retryAfterSeconds >= 0 ? retryAfterSeconds * 1000 : Number.NaN;
  return nowMs + afterMs <= dateMsMax ? nowMs + afterMs : null;
}
