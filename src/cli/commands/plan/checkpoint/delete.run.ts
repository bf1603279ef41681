import type { RunCommand } from '../../../command.ts';
import { openProject, requirePlan } from '../../../project/open-project.ts';
import { requiredArgument } from '../../../required-argument.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const wanted = requiredArgument(context.args, 'checkpoint');
  await plan.checkpoints.delete(wanted);
  return { data: { plan_id: plan.id, deleted: wanted }, text: `deleted  ${wanted}` };
};
