import type { PlanTree } from '../../../index.ts';
import { shortId } from '../../../presentation/hints.ts';
import { planData } from '../../../presentation/plan-data.ts';
import { pluralize } from '../../../presentation/units.ts';
import type { RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { confirm } from '../../prompts/prompt.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const { children, plan: record } = await opened.troupe.tree(plan.id);
  await confirm(
    context,
    `Cancel "${record.description}"${subplanSuffix(countUnfinished(children))} (the work is kept in a ref)`,
  );
  await plan.cancel(context.args.text('reason'));
  const ended = await plan.waitUntilIdle();
  return { data: { plan: planData(ended) }, text: `cancelled  ${ended.description}  ${shortId(ended.planId)}` };
};

function countUnfinished(trees: readonly PlanTree[]): number {
  return trees.reduce((sum, { plan, children }) => sum + (isFinished(plan) ? 0 : 1) + countUnfinished(children), 0);
}

/** A subplan ends when its execution is complete, because it is applied by merging into its parent. */
function isFinished({ phase, state }: PlanTree['plan']): boolean {
  return state === 'cancelled' || (phase === 'execute' && state === 'complete');
}

function subplanSuffix(subplans: number): string {
  return subplans === 0 ? '' : ` and ${pluralize(subplans, 'open subplan')}`;
}
