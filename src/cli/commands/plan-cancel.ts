import type { PlanTree } from '../../index.ts';
import { approve } from '../ask.ts';
import { openHere, planOf } from '../open.ts';
import { count } from '../progress/sentence.ts';
import type { Run } from '../verb.ts';
import { planData } from '../view/plan-data.ts';
import { shortId } from '../view/ways.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const { children, plan: record } = await opened.troupe.tree(plan.id);
  await approve(context, `Cancel "${record.description}"${others(unfinished(children))} (the work is kept in a ref)`);
  await plan.cancel(context.given.text('reason'));
  const ended = await plan.settled();
  return { data: { plan: planData(ended) }, text: `cancelled  ${ended.description}  ${shortId(ended.planId)}` };
};

function unfinished(trees: readonly PlanTree[]): number {
  return trees.reduce((sum, { plan, children }) => sum + (isEnded(plan) ? 0 : 1) + unfinished(children), 0);
}

/** A subplan ends when its execution is complete: its landing is the merge into its parent. */
function isEnded({ phase, state }: PlanTree['plan']): boolean {
  return state === 'cancelled' || (phase === 'execute' && state === 'complete');
}

function others(subplans: number): string {
  return subplans === 0 ? '' : ` and ${count(subplans, 'open subplan')}`;
}
