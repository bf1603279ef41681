import type { Approval, PlanRecord } from '../index.ts';
import { shortId } from './next-commands.ts';
import { sanitizeLine } from './sanitize.ts';
import { toSnakeCaseKeys } from './snake-case.ts';

/** Formats an approval: the plan, the call, and where. */
export function formatApproval(asked: Approval): string[] {
  const { goal, planId, rootPlanId, words, folder, tool, input } = asked;
  const whose = planId === rootPlanId ? 'plan' : 'subplan';
  // A command's description includes its arguments; for other calls the input may add information.
  const isWhole = tool === 'builtin/run' || words.endsWith(input);
  return [
    `? "${sanitizeLine(goal)}" (${whose} ${shortId(planId)}) asks to`,
    `    ${sanitizeLine(words)}`,
    ...(isWhole ? [] : [`    with ${sanitizeLine(input)}`]),
    `  in ${sanitizeLine(folder)}`,
  ];
}

/** Returns the pending approvals of records, longest waiting first. */
export function pendingApprovalsIn(records: readonly PlanRecord[]): Approval[] {
  const own = (record: PlanRecord) => (record.approvals ?? []).filter(({ planId }) => planId === record.planId);
  return pendingApprovals(records.flatMap(own));
}

export function pendingApprovals(approvals: readonly Approval[]): Approval[] {
  const open = approvals.filter(({ answer }) => answer === null);
  return open.sort((left, right) => (left.approvalId < right.approvalId ? -1 : 1));
}

/** Returns `"Move router" asks to run npm install`, and the number of others. */
export function approvalSummary([first, ...others]: readonly Approval[]): string {
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `"${sanitizeLine(first.goal)}" asks to ${sanitizeLine(first.words)}${more}`;
}

/** Formats each with the commands that answer it. */
export function approvalLines(asks: readonly Approval[]): string[] {
  return asks.flatMap(asked => {
    const [who = '', ...details] = formatApproval(asked);
    const id = `${shortId(asked.planId)} --approval ${shortId(asked.approvalId)}`;
    return [`!${who.slice(1)}`, ...details, `  troupe plan approve ${id}`, `  troupe plan deny ${id}`];
  });
}

/** Returns approvals as JSON for programs. Its schema is AskData. */
export function approvalData(asks: readonly Approval[]): unknown {
  return asks.map(({ approvalId, planId, rootPlanId, goal, tool, words, folder }) =>
    toSnakeCaseKeys({ approvalId, planId, rootPlanId, goal, tool, words, folder }),
  );
}
