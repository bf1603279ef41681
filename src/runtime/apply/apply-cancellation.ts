import type { EffectServices } from '../../../actors/index.ts';

/** Cancels running applies. Machines do not interrupt them; a cancel only aborts what an apply waits for. */
export interface ApplyCancellation {
  cancellable: EffectServices['withdrawable'];
  /** Aborts the signal of the plan's apply, also of one that starts later. */
  cancelApply(planId: string): void;
}

export function createApplyCancellation(): ApplyCancellation {
  const running = new Map<string, AbortController>();
  // A cancel may come while the apply still checks a moved target; a cancelled plan applies nothing later.
  const cancelled = new Set<string>();
  return {
    async cancellable({ planId, signal }, act) {
      const controller = new AbortController();
      if (cancelled.has(planId)) controller.abort();
      running.set(planId, controller);
      try {
        return await act(AbortSignal.any([signal, controller.signal]));
      } finally {
        if (running.get(planId) === controller) running.delete(planId);
      }
    },
    cancelApply(planId) {
      cancelled.add(planId);
      running.get(planId)?.abort();
    },
  };
}
