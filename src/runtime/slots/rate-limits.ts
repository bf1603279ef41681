import type { AgentRef } from '../../model/agent.ts';
import { agentProgram } from '../../model/agent-label.ts';
import { TroupeError } from '../../model/errors.ts';
import { nameKey } from '../../model/name.ts';
import type { AgentSlots } from '../../ports/agent-slots.ts';
import type { Clock } from '../../ports/clock.ts';

interface RateLimit {
  /** The plan that was refused; its own delay decides when it asks again. */
  planId: string;
  resetMs: number;
  error: TroupeError;
}

/**
 * Rate limits of this Troupe's agents, by agent. A plan that needs a limited agent is refused at once, because another request
 * could prolong the limit. Kept in memory: after a restart the first request finds out again.
 */
export function createRateLimits(clock: Clock): Pick<AgentSlots, 'rateLimitOf' | 'noteRateLimit'> {
  const limits = new Map<string, RateLimit>();
  const keyOf = (ref: AgentRef) => nameKey(agentProgram(ref));
  return {
    rateLimitOf(ref, planId) {
      const limit = limits.get(keyOf(ref));
      if (limit === undefined || limit.planId === planId) return null;
      const leftMs = limit.resetMs - clock.now();
      if (leftMs <= 0) {
        limits.delete(keyOf(ref));
        return null;
      }
      const { error } = limit;
      return new TroupeError('RATE_LIMITED', error.message, {
        ...error.toJSON(),
        details: { retryAfterSeconds: Math.ceil(leftMs / 1000), resetAt: new Date(limit.resetMs).toISOString() },
      });
    },
    noteRateLimit(ref, planId, error) {
      const key = keyOf(ref);
      if (error === null) {
        limits.delete(key);
        return;
      }
      const resetMs = Date.parse(String(error.details?.resetAt));
      if (!Number.isNaN(resetMs)) limits.set(key, { planId, resetMs, error });
    },
  };
}
