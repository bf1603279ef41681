import { openHere, planOf } from '../open.ts';
import type { Run } from '../verb.ts';
import { checkpointData, checkpointLine } from '../view/rollback.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const checkpoint = await plan.checkpoint(context.given.text('label'));
  return {
    data: { checkpoint: checkpointData(checkpoint) },
    text: checkpointLine(checkpoint, context.paint, context.io.now()),
  };
};
