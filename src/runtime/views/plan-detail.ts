/** The details of one plan. */
import { type Conflicts, reduceConflicts } from '../../model/conflict-history.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { Plan } from '../api.ts';
import { type Checkpoints, reduceCheckpoints } from './checkpoints.ts';
import { type Decisions, reduceDecisions } from './decisions.ts';
import { reduceValidationSummary, toValidationSummary, type ValidationSummary } from './validations.ts';

/** Everything about one plan that a user interface shows. */
export interface PlanDetail {
  planId: string;
  /** The record at the last load, shortly after the last change. */
  record: PlanRecord;
  decisions: Decisions;
  conflicts: Conflicts;
  validations: ValidationSummary;
  checkpoints: Checkpoints;
}

/** Loads all details of a plan. */
export async function loadPlanDetail(plan: Plan): Promise<PlanDetail> {
  const [record, decisions, conflicts, checkpoints] = await Promise.all([
    plan.record(),
    plan.decisions({ superseded: true }),
    plan.conflicts.list(),
    plan.checkpoints.list(),
  ]);
  return { planId: plan.id, record, decisions, conflicts, validations: toValidationSummary(record), checkpoints };
}

/** Returns the details after some events; events of other plans are skipped. */
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
