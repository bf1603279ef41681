import { Fault } from '../../index.ts';
import { approve } from '../ask.ts';
import { attend } from '../attend.ts';
import { cleanLine } from '../clean.ts';
import { withFlag } from '../hints.ts';
import { openHere, planOf } from '../open.ts';
import { outcomeOf } from '../outcome.ts';
import type { Run } from '../verb.ts';
import { correctionData } from '../view/correction.ts';

/** Parts of a result taken out and done otherwise, then staying with the plan until it rests. */
export const run: Run = async context => {
  const { given } = context;
  const parts = given.list('parts');
  const reason = given.text('reason') ?? '';
  if (reason.trim() === '') {
    throw new Fault('USAGE', 'A rejection says why', {
      where: '--reason',
      hints: [withFlag(context.typed, '--reason "why"')],
    });
  }
  const rejections = parts.map(part => ({ part, reason }));
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const preview = await plan.reject(rejections, { dryRun: true });
  const named = parts.map(cleanLine).join(', ');
  if (given.has('dry-run')) {
    const text = `would take ${named} out of the result, and ask a subplan: ${cleanLine(preview.guidance)}`;
    return { data: correctionData(preview), text };
  }
  await approve(context, `Take ${named} out of the result and have it done otherwise`);
  const attendance = attend(context, plan);
  try {
    await attendance.catchUp();
    const report = await plan.reject(rejections, { force: given.has('force') });
    context.begun(plan.id);
    const record = await attendance.settle();
    const outcome = await outcomeOf({ context, plan, record, attendance, aim: 'execute' });
    return { ...outcome, data: { ...correctionData(report), ...outcome.data } };
  } finally {
    attendance.close();
  }
};
