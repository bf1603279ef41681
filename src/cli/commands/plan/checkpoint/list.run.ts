import { checkpointData, checkpointRow } from '../../../../presentation/rollback.ts';
import type { RunCommand } from '../../../command.ts';
import { openProject, requirePlan } from '../../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const checkpoints = await plan.checkpoints.list();
  const lines = checkpoints.map(checkpoint => checkpointRow(checkpoint, context.paint, context.io.now()));
  return {
    data: { plan_id: plan.id, checkpoints: checkpoints.map(checkpointData) },
    text: lines.length === 0 ? 'No checkpoints yet.' : lines.join('\n'),
  };
};
