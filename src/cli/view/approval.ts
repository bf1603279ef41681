import type { Approval, PlanRecord } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { snakeKeys } from '../snake.ts';
import { shortId } from './ways.ts';

/** Who asks, for what, and where, in lines. */
export function approvalLines(asked: Approval): string[] {
  const { goal, planId, rootPlanId, words, folder, tool, input } = asked;
  const whose = planId === rootPlanId ? 'plan' : 'subplan';
  // What a command is given is in its words; of other calls the rest may matter.
  const isWhole = tool === 'builtin/run' || words.endsWith(input);
  return [
    `? "${cleanLine(goal)}" (${whose} ${shortId(planId)}) asks to`,
    `    ${cleanLine(words)}`,
    ...(isWhole ? [] : [`    with ${cleanLine(input)}`]),
    `  in ${cleanLine(folder)}`,
  ];
}

/** What records and all that is among them ask, the longest waiting first. */
export function openAsks(records: readonly PlanRecord[]): Approval[] {
  const own = (record: PlanRecord) => (record.approvals ?? []).filter(({ planId }) => planId === record.planId);
  return waiting(records.flatMap(own));
}

export function waiting(approvals: readonly Approval[]): Approval[] {
  const open = approvals.filter(({ answer }) => answer === null);
  return open.sort((left, right) => (left.approvalId < right.approvalId ? -1 : 1));
}

/** `"Move router" asks to run npm install`, and of several how many more. */
export function askLine([first, ...others]: readonly Approval[]): string {
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return `"${cleanLine(first.goal)}" asks to ${cleanLine(first.words)}${more}`;
}

/** Each with the commands that answer it. */
export function askLines(asks: readonly Approval[]): string[] {
  return asks.flatMap(asked => {
    const [who = '', ...facts] = approvalLines(asked);
    const id = `${shortId(asked.planId)} --approval ${shortId(asked.approvalId)}`;
    return [`!${who.slice(1)}`, ...facts, `  troupe plan approve ${id}`, `  troupe plan deny ${id}`];
  });
}

/** As machines read them. Its schema is AskData. */
export function askData(asks: readonly Approval[]): unknown {
  return asks.map(({ approvalId, planId, rootPlanId, goal, tool, words, folder }) =>
    snakeKeys({ approvalId, planId, rootPlanId, goal, tool, words, folder }),
  );
}
