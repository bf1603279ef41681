import { TroupeError } from '../../model/errors.ts';
import { nameKey } from '../../model/name-key.ts';
import type { AgentSlots } from '../../ports/agent-slots.ts';
import type { Clock } from '../../ports/clock.ts';

interface RateLimit {
  /** The plan that was refused; its own delay decides when it asks again. */
  planId: string;
  resetMs: number;
  error: TroupeError;
}

/**
 * Rate limits of this Troupe's agents, by account. A plan that needs a limited agent is refused at once, because another request
 * could prolong the limit. Kept in memory: after a restart the first request finds out again.
 */
export function createRateLimits(clock: Clock): Pick<AgentSlots, 'rateLimitOf' | 'noteRateLimit'> {
  const limits = new Map<string, RateLimit>();
  return {
    rateLimitOf(account, planId) {
      const limit = limits.get(nameKey(account));
      if (limit === undefined || limit.planId === planId) return null;
      const leftMs = limit.resetMs - clock.now();
      if (leftMs <= 0) {
        limits.delete(nameKey(account));
        return null;
      }
      const { error } = limit;
      return new TroupeError('RATE_LIMITED', error.message, {
        ...error.toJSON(),
        details: { retryAfterSeconds: Math.ceil(leftMs / 1000), resetAt: new Date(limit.resetMs).toISOString() },
      });
    },
    noteRateLimit(account, planId, error) {
      const key = nameKey(account);
      if (error === null) {
        limits.delete(key);
        return;
      }
      const resetMs = Date.parse(String(error.details?.resetAt));
      if (!Number.isNaN(resetMs)) limits.set(key, { planId, resetMs, error });
    },
  };
}
