import type { PlanRecord } from '../model/plan.ts';

/** A plan and all below it. Parents are looked at before their children, whichever order their ids give. */
export function familyOf(planId: string, records: readonly PlanRecord[]): Set<string> {
  const family = new Set([planId]);
  for (const { planId: id, parentPlanId } of records.toSorted((left, right) => left.depth - right.depth)) {
    if (parentPlanId !== null && family.has(parentPlanId)) family.add(id);
  }
  return family;
}
