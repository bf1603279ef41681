import {
  actorStateLines,
  checkpointData,
  checkpointLine,
  formatRollback,
  rollbackData,
} from '../../../../presentation/rollback.ts';
import type { RunCommand } from '../../../command.ts';
import { openProject, requirePlan } from '../../../project/open-project.ts';
import { requiredArgument } from '../../../required-argument.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const plan = await requirePlan(context, opened.troupe);
  const name = requiredArgument(context.args, 'checkpoint');
  const { checkpoint, state } = await plan.checkpoints.get(name);
  const { availableCommands } = await plan.record();
  // What is applied, for example, is not rolled back.
  const report = availableCommands.includes('rollback') ? await plan.rollback(name, { dryRun: true }) : null;
  const [paint, now] = [context.paint, context.io.now()];
  return {
    data: { checkpoint: checkpointData(checkpoint), state, rollback: report && rollbackData(report) },
    text: [
      report === null ? checkpointLine(checkpoint, now) : formatRollback(report, paint, now),
      'state:',
      ...actorStateLines(state),
    ].join('\n'),
  };
};
