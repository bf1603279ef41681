/** All plans of a store, each as a line. */
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { ended, lineOf, lineOfBirth, type PlanLine, reduceLine } from './plan-line.ts';

/** By id, in the order they were made. */
export type Plans = Readonly<Record<string, PlanLine>>;

export function plansOf(records: readonly PlanRecord[]): Plans {
  const sorted = [...records].sort((left, right) => (left.planId < right.planId ? -1 : 1));
  return Object.fromEntries(sorted.map(record => [record.planId, lineOf(record)]));
}

/** The plans after some events; the same object when they changed nothing. */
export function reducePlans(plans: Plans, events: readonly PlanEvent[]): Plans {
  let next: Record<string, PlanLine> | null = null;
  const put = (line: PlanLine, before: PlanLine | undefined) => {
    if (line === before) return;
    next ??= { ...plans };
    next[line.planId] = line;
  };
  for (const event of events) {
    const known = (next ?? plans)[event.planId];
    // A birth that is known already is told again to those who come late.
    if (event.type === 'plan.created') put(known ?? lineOfBirth(event), known);
    else if (known !== undefined) put(reduceLine(known, event), known);
    for (const planId of withdrawnBy(event)) {
      const child = (next ?? plans)[planId];
      if (child !== undefined) put(ended(child, 'cancelled', event.at), child);
    }
  }
  return next ?? plans;
}

/** Children that fall although none of them may live to say so. */
function withdrawnBy(event: PlanEvent): readonly string[] {
  if (event.type === 'plan.rolled_back') return event.childPlanIds;
  return event.type === 'plan.corrected' ? event.correction.childPlanIds : [];
}

/** Children by their parent's id, each list in the order they were made; roots under the empty id. */
export function childrenOf(plans: Plans): ReadonlyMap<string, readonly PlanLine[]> {
  const found = new Map<string, PlanLine[]>();
  for (const line of Object.values(plans)) {
    const siblings = found.get(line.parentPlanId ?? '');
    if (siblings === undefined) found.set(line.parentPlanId ?? '', [line]);
    else siblings.push(line);
  }
  return found;
}
