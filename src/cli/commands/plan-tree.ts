import type { PlanTree } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import type { Run } from '../verb.ts';
import { askLine, openAsks } from '../view/approval.ts';
import { branches } from '../view/branches.ts';
import { standing } from '../view/standing.ts';
import { shortId } from '../view/ways.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const tree = await opened.troupe.tree(plan.id);
  return { data: { tree: dataOf(tree) }, text: branches(tree, ({ children }) => children, labelOf).join('\n') };
};

function labelOf({ plan }: PlanTree): string {
  const again = plan.attempt > 1 ? ` ↻${plan.attempt}` : '';
  const spawned = plan.spawnDecisionId === null ? '' : ` (decision ${shortId(plan.spawnDecisionId)})`;
  const asks = askLine(openAsks([plan]));
  const asked = asks === '' ? '' : `  ! ${asks}`;
  return `${standing(plan)}${again}  ${cleanLine(plan.description)}  ${shortId(plan.planId)}${spawned}${asked}`;
}

function dataOf({ plan, children }: PlanTree): Record<string, unknown> {
  return {
    plan_id: plan.planId,
    decision_id: plan.spawnDecisionId,
    description: plan.description,
    phase: plan.phase,
    state: plan.state,
    attempt: plan.attempt,
    children: children.map(dataOf),
  };
}
