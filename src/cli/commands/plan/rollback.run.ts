import { formatRollback, rollbackData, rollbackQuestion } from '../../../presentation/rollback.ts';
import type { RunCommand } from '../../command.ts';
import { openProject, requirePlan } from '../../project/open-project.ts';
import { confirm } from '../../prompts/prompt.ts';
import { requiredArgument } from '../../required-argument.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const wanted = requiredArgument(context.args, 'checkpoint');
  const preview = await plan.rollback(wanted, { dryRun: true });
  const now = context.io.now();
  if (context.args.has('dry-run')) {
    return { data: rollbackData(preview), text: formatRollback(preview, context.paint, now) };
  }
  await confirm(context, rollbackQuestion(preview, now));
  const report = await plan.rollback(wanted, { force: context.args.has('force') });
  return { data: rollbackData(report), text: formatRollback(report, context.paint, now) };
};
