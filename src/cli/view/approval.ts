import type { Approval } from '../../index.ts';
import { cleanLine } from '../clean.ts';
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
