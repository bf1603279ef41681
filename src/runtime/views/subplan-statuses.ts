/** States of children as their parents report them: which started, which attempt, what failed. */
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { SubplanStatus } from '../../model/subplan.ts';

/** The state of a child, with its parent. */
export interface SubplanStatusOfParent extends SubplanStatus {
  parentPlanId: string;
}

/** By the child's id. */
export type SubplanStatuses = Readonly<Record<string, SubplanStatusOfParent>>;

export function toSubplanStatuses(records: readonly PlanRecord[]): SubplanStatuses {
  return Object.fromEntries(
    records.flatMap(({ planId: parentPlanId, subplanStatuses }) =>
      subplanStatuses.map(status => [status.planId, { ...status, parentPlanId }]),
    ),
  );
}

/** Returns the states after some events; the same object when nothing changed. */
export function reduceSubplanStatuses(subplans: SubplanStatuses, events: readonly PlanEvent[]): SubplanStatuses {
  let next: Record<string, SubplanStatusOfParent> | null = null;
  for (const event of events) {
    if (event.type === 'subplan.changed') {
      next ??= { ...subplans };
      next[event.status.planId] = { ...event.status, parentPlanId: event.planId };
    } else if (event.type === 'plan.phase_changed' && event.to.state === 'queued') {
      // Whenever a plan returns to a queue, its next group is a new one.
      const gone = Object.values(next ?? subplans).filter(({ parentPlanId }) => parentPlanId === event.planId);
      if (gone.length === 0) continue;
      next ??= { ...subplans };
      for (const { planId } of gone) delete next[planId];
    }
  }
  return next ?? subplans;
}
