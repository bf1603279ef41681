import { approve } from '../ask.ts';
import { openHere, planOf } from '../open.ts';
import type { Run } from '../verb.ts';
import { question, rollbackData, rollbackText } from '../view/rollback.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const wanted = context.given.text('checkpoint') ?? '';
  const preview = await plan.rollback(wanted, { dryRun: true });
  const now = context.io.now();
  if (context.given.has('dry-run')) {
    return { data: rollbackData(preview), text: rollbackText(preview, context.paint, now) };
  }
  await approve(context, question(preview, now));
  const report = await plan.rollback(wanted, { force: context.given.has('force') });
  return { data: rollbackData(report), text: rollbackText(report, context.paint, now) };
};
