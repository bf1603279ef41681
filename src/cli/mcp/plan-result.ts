import { formatFinding, type Plan, type PlanRecord } from '../../index.ts';
import { approvalData, pendingApprovals } from '../../presentation/approval.ts';
import { explainState } from '../../presentation/next-steps.ts';
import { toSnakeCaseKeys } from '../../presentation/snake-case.ts';
import { nextCalls } from './next-calls.ts';
import type { Session } from './session.ts';

/** A longer list would fill the caller's context; plan_review and plan_diff take paths. */
const filesMax = 100;

/** Returns what a caller needs to know of a plan to decide what to do next. */
export async function planResult(session: Session, plan: Plan): Promise<Record<string, unknown>> {
  const record = await plan.record();
  const files = record.changeSet?.files ?? [];
  const { spent, error, applySummary, subplanStatuses, validationResults, findings = [] } = record;
  return {
    ...planLine(record),
    waits: record.resting,
    reason: explainState(record, { attached: session.works() }).reason,
    /** The result to review, as plan_apply takes it. */
    result: record.resultTree,
    files: files.slice(0, filesMax).map(({ path, operation }) => ({ path, operation })),
    ...(files.length > filesMax ? { more_files: files.length - filesMax } : {}),
    checks: validationResults.map(({ name, required, passed }) => ({ name, required, passed })),
    findings: findings.map(formatFinding),
    subplans: subplanStatuses.map(({ planId, goal, state }) => ({ plan: planId, goal, state })),
    conflicts: record.conflicts.map(({ path, kind }) => ({ path, kind })),
    approvals: approvalData(pendingApprovals(await plan.approvals())),
    spent: toSnakeCaseKeys(spent),
    error: error === null ? null : { code: error.code, message: error.message },
    applied: applySummary === null ? null : { target: applySummary.target, commits: applySummary.commits },
    next: nextCalls(record, session.mayApply),
  };
}

/** Returns the part that every list of plans shows. */
export function planLine({ planId, description, phase, state, updatedAt }: PlanRecord): Record<string, unknown> {
  return { plan: planId, goal: description, phase, state, updated_at: updatedAt };
}
