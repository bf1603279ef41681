import { TroupeError } from '../../../index.ts';
import { correctionData } from '../../../presentation/correction.ts';
import { sanitizeLine } from '../../../presentation/sanitize.ts';
import type { RunCommand } from '../../command.ts';
import { followPlan } from '../../follow-plan.ts';
import { appendFlag } from '../../output/hints.ts';
import { planCommandResult } from '../../output/plan-result.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { confirm } from '../../prompts/prompt.ts';

/** Rejects parts of a result and has them redone, then follows the plan until it waits or ends. */
export const run: RunCommand = async context => {
  const { args } = context;
  const parts = args.list('parts');
  const reason = args.text('reason');
  if (reason === undefined) {
    throw new TroupeError('USAGE', 'A rejection says why', {
      where: '--reason',
      hints: [appendFlag(context.commandLine, '--reason "why"')],
    });
  }
  const rejections = parts.map(part => ({ part, reason }));
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const preview = await plan.review.reject(rejections, { dryRun: true });
  const named = parts.map(sanitizeLine).join(', ');
  if (args.has('dry-run')) {
    const text = `would take ${named} out of the result, and ask a subplan: ${sanitizeLine(preview.guidance)}`;
    return { data: correctionData(preview), text };
  }
  await confirm(context, `Take ${named} out of the result and have it done differently`);
  const attendance = followPlan(context, plan);
  try {
    await attendance.skipHistory();
    const report = await plan.review.reject(rejections, { force: args.has('force') });
    context.reportStarted(plan.id);
    const record = await attendance.waitUntilIdle();
    const outcome = await planCommandResult({ context, plan, record, attendance, aim: 'execute' });
    return { ...outcome, data: { ...correctionData(report), ...outcome.data } };
  } finally {
    attendance.close();
  }
};
