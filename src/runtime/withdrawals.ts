import type { World } from '../../actors/index.ts';

/** Applies under way that a cancel can still stop. A chart does not interrupt them: only what they wait for is ended. */
export interface Withdrawals {
  withdrawable: World['withdrawable'];
  /** Aborts the signal of the plan's apply, of one that begins later too. */
  withdraw(planId: string): void;
}

export function openWithdrawals(): Withdrawals {
  const underWay = new Map<string, AbortController>();
  // A cancel may come while the apply still looks at what moved; a cancelled plan applies nothing later.
  const withdrawn = new Set<string>();
  return {
    async withdrawable({ planId, signal }, act) {
      const controller = new AbortController();
      if (withdrawn.has(planId)) controller.abort();
      underWay.set(planId, controller);
      try {
        return await act(AbortSignal.any([signal, controller.signal]));
      } finally {
        if (underWay.get(planId) === controller) underWay.delete(planId);
      }
    },
    withdraw(planId) {
      withdrawn.add(planId);
      underWay.get(planId)?.abort();
    },
  };
}
