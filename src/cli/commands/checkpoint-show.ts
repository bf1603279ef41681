import { openHere, planOf } from '../open.ts';
import type { Run } from '../verb.ts';
import { checkpointData, rollbackData, rollbackText } from '../view/rollback.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const report = await plan.rollback(context.given.text('checkpoint') ?? '', { dryRun: true });
  return {
    data: { checkpoint: checkpointData(report.checkpoint), rollback: rollbackData(report) },
    text: rollbackText(report, context.paint, context.io.now()),
  };
};
