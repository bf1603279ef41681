import { openHere, planOf } from '../open.ts';
import type { Run } from '../verb.ts';
import { checkpointData, checkpointLine } from '../view/rollback.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const checkpoints = await plan.checkpoints();
  const lines = checkpoints.map(checkpoint => checkpointLine(checkpoint, context.paint, context.io.now()));
  return {
    data: { plan_id: plan.id, checkpoints: checkpoints.map(checkpointData) },
    text: lines.length === 0 ? 'No checkpoints yet.' : lines.join('\n'),
  };
};
