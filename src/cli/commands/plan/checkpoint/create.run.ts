import { checkpointData, checkpointRow } from '../../../../presentation/rollback.ts';
import type { RunCommand } from '../../../command.ts';
import { openProject, requirePlan } from '../../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const checkpoint = await plan.checkpoints.create(context.args.text('label'));
  return {
    data: { checkpoint: checkpointData(checkpoint) },
    text: checkpointRow(checkpoint, context.paint, context.io.now()),
  };
};
