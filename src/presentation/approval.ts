import { type Approval, type PlanRecord, requestText } from '../index.ts';
import { type CommandHint, commandHint } from '../model/command-hint.ts';
import { ascending } from '../model/text-order.ts';
import { formatHint, shortId } from './hints.ts';
import { sanitizeLine } from './sanitize.ts';
import { toSnakeCaseKeys } from './snake-case.ts';

/** Formats an approval: the plan, the call, and where; or a question with its numbered choices. */
export function formatApproval(asked: Approval): string[] {
  const { goal, planId, rootPlanId, words, folder, tool, input, question } = asked;
  const whose = planId === rootPlanId ? 'plan' : 'subplan';
  if (question !== undefined) {
    return [
      `? "${sanitizeLine(goal)}" (${whose} ${shortId(planId)}) asks`,
      ...question.text.split('\n').map(line => `    ${sanitizeLine(line)}`),
      ...question.choices.map((choice, index) => `    ${index + 1}  ${sanitizeLine(choice)}`),
    ];
  }
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
  return open.sort(ascending(({ approvalId }) => approvalId));
}

/** Returns `"Move router" asks to run npm install`, and the number of others. */
export function approvalSummary([first, ...others]: readonly Approval[]): string {
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `"${sanitizeLine(first.goal)}" ${sanitizeLine(requestText(first))}${more}`;
}

/** Formats each with the commands that answer it. */
export function approvalLines(asks: readonly Approval[]): string[] {
  return asks.flatMap(asked => {
    const [who = '', ...details] = formatApproval(asked);
    return [`!${who.slice(1)}`, ...details, ...answerHints(asked).map(hint => `  ${formatHint(hint)}`)];
  });
}

/** The commands that answer it. */
export function answerHints({ planId: plan, approvalId, question }: Approval): CommandHint[] {
  const about = { planId: shortId(plan), options: { approval: shortId(approvalId) } };
  if (question === undefined) return [commandHint('plan approve', about), commandHint('plan deny', about)];
  return [commandHint('plan answer', { ...about, args: [question.choices.length === 0 ? 'your answer' : '1'] })];
}

/** Returns approvals as JSON for programs. Its schema is AskData. */
export function approvalData(asks: readonly Approval[]): unknown {
  return asks.map(({ approvalId, planId, rootPlanId, goal, tool, words, folder, question = null }) =>
    toSnakeCaseKeys({ approvalId, planId, rootPlanId, goal, tool, words, folder, question }),
  );
}
