import { shortId } from '../../../presentation/hints.ts';
import { planData } from '../../../presentation/plan-data.ts';
import type { RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { requiredArgument } from '../../required-argument.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const guidance = requiredArgument(context.args, 'guidance');
  await plan.prompt(guidance);
  return {
    data: { plan: planData(await plan.record()), guidance },
    text: `Guidance saved; plan ${shortId(plan.id)} reads it at its next phase boundary`,
  };
};
