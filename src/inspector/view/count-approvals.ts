import type { PlanOverview } from '../state/events.ts';

/** Number of pending approvals of a plan and its subplans, by id. */
export function countApprovalsBelow(plans: ReadonlyMap<string, PlanOverview>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { planId, approvals } of plans.values()) {
    if (approvals.length === 0) continue;
    for (let at: string | null = planId; at !== null; at = plans.get(at)?.parentPlanId ?? null) {
      counts.set(at, (counts.get(at) ?? 0) + approvals.length);
    }
  }
  return counts;
}
