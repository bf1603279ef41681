import { actorStateLines, checkpointData, formatRollback, rollbackData } from '../../../../presentation/rollback.ts';
import type { RunCommand } from '../../../command.ts';
import { openProject, selectPlan } from '../../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await selectPlan(context, opened.troupe);
  const name = context.args.text('checkpoint') ?? '';
  const [report, state] = await Promise.all([plan.rollback(name, { dryRun: true }), plan.checkpoints.state(name)]);
  return {
    data: { checkpoint: checkpointData(report.checkpoint), state, rollback: rollbackData(report) },
    text: [formatRollback(report, context.paint, context.io.now()), 'state:', ...actorStateLines(state)].join('\n'),
  };
};
