/** One plan looked at closely. */
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { Plan } from '../api.ts';
import { type Checkpoints, reduceCheckpoints } from './checkpoints.ts';
import { type Conflicts, reduceConflicts } from './conflicts.ts';
import { type Decisions, reduceDecisions } from './decisions.ts';
import { reduceValidationSummary, toValidationSummary, type ValidationSummary } from './validations.ts';

export interface PlanDetail {
  planId: string;
  /** As it was when it was last looked at, which is soon after something happened. */
  record: PlanRecord;
  decisions: Decisions;
  conflicts: Conflicts;
  validations: ValidationSummary;
  checkpoints: Checkpoints;
}

/** Everything there is to see of a plan now. */
export async function loadPlanDetail(plan: Plan): Promise<PlanDetail> {
  const [record, decisions, conflicts, checkpoints] = await Promise.all([
    plan.record(),
    plan.decisions({ superseded: true }),
    plan.conflicts(),
    plan.checkpoints(),
  ]);
  return { planId: plan.id, record, decisions, conflicts, validations: toValidationSummary(record), checkpoints };
}

/** The same after some events, of which those about other plans are passed over. */
export function reducePlanDetail(detail: PlanDetail, events: readonly PlanEvent[]): PlanDetail {
  let { decisions, conflicts, validations, checkpoints } = detail;
  for (const event of events) {
    if (event.planId !== detail.planId) continue;
    decisions = reduceDecisions(decisions, event);
    conflicts = reduceConflicts(conflicts, event);
    validations = reduceValidationSummary(validations, event);
    checkpoints = reduceCheckpoints(checkpoints, event);
  }
  return { ...detail, decisions, conflicts, validations, checkpoints };
}
