import { describe, expect, test } from 'vitest';
import { withRateLimitDetails } from '../../../actors/agent/rate-limit.ts';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { TroupeError } from '../../../src/model/errors.ts';

const clock = manualClock(Date.UTC(2026, 0, 1));
const detailsOf = async (details?: Record<string, unknown>) => {
  const limit = new TroupeError('RATE_LIMITED', 'later', details === undefined ? {} : { details });
  const thrown: unknown = await withRateLimitDetails(clock, () => Promise.reject(limit)).catch(
    (error: unknown) => error,
  );
  return TroupeError.is(thrown) ? thrown.details : thrown;
};

describe('The end of a rate limit', () => {
  const tenMinutes = { retryAfterSeconds: 600, resetAt: '2026-01-01T00:10:00.000Z' };

  test.each([
    ['a distance', { retryAfterSeconds: 600 }],
    ['a date', { resetAt: '2026-01-01T00:10:00Z' }],
    ['epoch seconds', { resetAt: Date.UTC(2026, 0, 1, 0, 10) / 1000 }],
    ['epoch milliseconds', { resetAt: Date.UTC(2026, 0, 1, 0, 10) }],
    ['a date, which is believed before a distance', { resetAt: '2026-01-01T00:10:00Z', retryAfterSeconds: 5 }],
  ])('has time and duration when it is given as %s', async (_, details) => {
    expect(await detailsOf(details)).toEqual(tenMinutes);
  });

  test('in the past is no wait', async () => {
    expect(await detailsOf({ resetAt: '2025-12-31T00:00:00Z' })).toMatchObject({ retryAfterSeconds: 0 });
  });

  test('that is unreadable stays as it was given', async () => {
    expect(await detailsOf()).toBeUndefined();
    expect(await detailsOf({ resetAt: 'soon' })).toEqual({ resetAt: 'soon' });
    expect(await detailsOf({ resetAt: 1e300 })).toEqual({ resetAt: 1e300 });
    expect(await detailsOf({ retryAfterSeconds: -1 })).toEqual({ retryAfterSeconds: -1 });
  });

  test('is added to no other error, and to no success', async () => {
    const other = new Error('boom');
    await expect(withRateLimitDetails(clock, () => Promise.reject(other))).rejects.toBe(other);
    expect(await withRateLimitDetails(clock, async () => 'done')).toBe('done');
  });
});
