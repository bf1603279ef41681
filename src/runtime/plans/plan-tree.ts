import type { PlanRecord } from '../../model/plan.ts';

/** Returns the ids of a plan and its subplans. Handles parents before children, whatever the order of their ids. */
export function subtreeIds(planId: string, records: readonly PlanRecord[]): Set<string> {
  const ids = new Set([planId]);
  for (const { planId: id, parentPlanId } of records.toSorted((left, right) => left.depth - right.depth)) {
    if (parentPlanId !== null && ids.has(parentPlanId)) ids.add(id);
  }
  return ids;
}
