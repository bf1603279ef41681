import { attentionKind, type PlanSummary } from '../../index.ts';
import type { PlanOverview } from '../state/events.ts';

/** Converts a plan's summary to the fields that the page needs. */
export function toPlanOverview(line: PlanSummary): PlanOverview {
  const { planId, parentPlanId, rootPlanId, depth, goal, actionName, profile } = line;
  const { phase, state, since, createdAt, note, waiting, approvals, resting } = line;
  return {
    type: 'plan',
    ...{ planId, parentPlanId, rootPlanId, depth, goal, action: actionName, profile },
    ...{ phase, state, since, createdAt, note },
    waiting: waiting && {
      until: waiting.until,
      category: waiting.error.category,
      message: waiting.error.message,
    },
    need: attentionKind(line),
    approvals: approvals.map(({ approvalId, words, folder }) => ({ approvalId, words, folder })),
    availableCommands: resting?.availableCommands ?? [],
    error: resting?.error ? { message: resting.error.message, hints: resting.error.hints } : null,
    conflicts: resting?.conflicts ?? 0,
    files: resting?.files ?? 0,
    checks: resting?.checks ?? { passed: 0, total: 0 },
  };
}
