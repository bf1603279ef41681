import type { EffectServices } from '../../../actors/index.ts';

/** Applies under way that a cancel can still stop. A chart does not interrupt them: only what they wait for is ended. */
export interface ApplyCancellation {
  cancellable: EffectServices['withdrawable'];
  /** Aborts the signal of the plan's apply, of one that begins later too. */
  cancelApply(planId: string): void;
}

export function createApplyCancellation(): ApplyCancellation {
  const running = new Map<string, AbortController>();
  // A cancel may come while the apply still looks at what moved; a cancelled plan applies nothing later.
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
