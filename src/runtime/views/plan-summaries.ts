/** Summaries of all plans of a store. */

import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { ascending } from '../../model/text-order.ts';
import {
  type PlanSummary,
  reducePlanSummary,
  toEndedSummary,
  toNewPlanSummary,
  toPlanSummary,
} from './plan-summary.ts';

/** By id, in the order of creation. */
export type PlanSummaries = Readonly<Record<string, PlanSummary>>;

export function toPlanSummaries(records: readonly PlanRecord[]): PlanSummaries {
  const sorted = [...records].sort(ascending(({ planId }) => planId));
  return Object.fromEntries(sorted.map(record => [record.planId, toPlanSummary(record)]));
}

/** Returns the plans after some events; the same object when nothing changed. */
export function reducePlanSummaries(plans: PlanSummaries, events: readonly PlanEvent[]): PlanSummaries {
  let next: Record<string, PlanSummary> | null = null;
  const put = (line: PlanSummary, before: PlanSummary | undefined) => {
    if (line === before) return;
    next ??= { ...plans };
    next[line.planId] = line;
  };
  for (const event of events) {
    const current = (next ?? plans)[event.planId];
    // The creation of a known plan is repeated for late subscribers.
    if (event.type === 'plan.created') put(current ?? toNewPlanSummary(event), current);
    else if (current !== undefined) put(reducePlanSummary(current, event), current);
    for (const planId of cancelledBy(event)) {
      const child = (next ?? plans)[planId];
      if (child !== undefined) put(toEndedSummary(child, 'cancelled', event.at), child);
    }
  }
  return next ?? plans;
}

/** Children that are cancelled without an actor to report it. */
function cancelledBy(event: PlanEvent): readonly string[] {
  if (event.type === 'plan.rolled_back') return event.childPlanIds;
  return event.type === 'plan.corrected' ? event.correction.childPlanIds : [];
}

/** Returns children by their parent's id, in the order of creation; roots under the empty id. */
export function childrenByParent(plans: PlanSummaries): ReadonlyMap<string, readonly PlanSummary[]> {
  const byParent = new Map<string, PlanSummary[]>();
  for (const plan of Object.values(plans)) {
    const siblings = byParent.get(plan.parentPlanId ?? '');
    if (siblings === undefined) byParent.set(plan.parentPlanId ?? '', [plan]);
    else siblings.push(plan);
  }
  return byParent;
}
