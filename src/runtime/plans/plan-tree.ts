import type { PlanRecord } from '../../model/plan.ts';

/** A plan and all below it. Parents are looked at before their children, whichever order their ids give. */
export function subtreeIds(planId: string, records: readonly PlanRecord[]): Set<string> {
  const ids = new Set([planId]);
  for (const { planId: id, parentPlanId } of records.toSorted((left, right) => left.depth - right.depth)) {
    if (parentPlanId !== null && ids.has(parentPlanId)) ids.add(id);
  }
  return ids;
}
