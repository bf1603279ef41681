import { checkpointData, formatRollback, rollbackData } from '../../../../presentation/rollback.ts';
import type { RunCommand } from '../../../command.ts';
import { openProject, selectPlan } from '../../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await selectPlan(context, opened.troupe);
  const report = await plan.rollback(context.args.text('checkpoint') ?? '', { dryRun: true });
  return {
    data: { checkpoint: checkpointData(report.checkpoint), rollback: rollbackData(report) },
    text: formatRollback(report, context.paint, context.io.now()),
  };
};
