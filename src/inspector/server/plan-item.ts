import { needOf, type PlanLine } from '../../index.ts';
import type { PlanItem } from '../book/item.ts';

/** A plan's line as the page is told of it: what a person needs of it, without what only other windows show. */
export function planItem(line: PlanLine): PlanItem {
  const { planId, parentPlanId, rootPlanId, depth, goal, actionName, profile } = line;
  const { phase, state, since, createdAt, note, waiting, approvals, rest } = line;
  return {
    type: 'plan',
    ...{ planId, parentPlanId, rootPlanId, depth, goal, action: actionName, profile },
    ...{ phase, state, since, createdAt, note },
    waiting: waiting && {
      until: waiting.until,
      category: waiting.fault.category,
      message: waiting.fault.message,
    },
    need: needOf(line),
    asked: approvals.map(({ approvalId, words, folder }) => ({ approvalId, words, folder })),
    ways: rest?.ways ?? [],
    error: rest?.error ? { message: rest.error.message, hints: rest.error.hints } : null,
    conflicts: rest?.conflicts ?? 0,
    files: rest?.files ?? 0,
    checks: rest?.checks ?? { passed: 0, total: 0 },
  };
}
