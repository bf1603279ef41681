import { omitUndefined } from '../../../model/optional-keys.ts';
import type { RunCommand } from '../../command.ts';
import { runPlanCommand } from '../../run-plan-command.ts';

export const run: RunCommand = context => {
  const approval = context.args.text('approval');
  const reason = context.args.text('reason') ?? '';
  return runPlanCommand(context, {
    aim: 'execute',
    command: async ({ plan }) => {
      await plan.deny({ reason, ...omitUndefined({ approval }) });
    },
  });
};
