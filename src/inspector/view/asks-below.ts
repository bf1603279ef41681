import type { PlanItem } from '../book/item.ts';

/** How many calls wait for a person in a plan and all below it, by its id. */
export function asksBelow(plans: ReadonlyMap<string, PlanItem>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { planId, asked } of plans.values()) {
    if (asked.length === 0) continue;
    for (let at: string | null = planId; at !== null; at = plans.get(at)?.parentPlanId ?? null) {
      counts.set(at, (counts.get(at) ?? 0) + asked.length);
    }
  }
  return counts;
}
