import { omitUndefined } from '../../../model/optional-keys.ts';
import type { RunCommand } from '../../command.ts';
import { runPlanCommand } from '../../run-plan-command.ts';

export const run: RunCommand = context => {
  const approval = context.args.text('approval');
  return runPlanCommand(context, {
    aim: 'execute',
    command: async ({ plan }) => {
      await plan.approve({ always: context.args.has('always'), ...omitUndefined({ approval }) });
    },
  });
};
