import { omitUndefined } from '../../../model/optional-keys.ts';
import type { RunCommand } from '../../command.ts';
import { requiredArgument } from '../../required-argument.ts';
import { runPlanCommand } from '../../run-plan-command.ts';

export const run: RunCommand = context => {
  const approval = context.args.text('approval');
  const answer = requiredArgument(context.args, 'answer');
  return runPlanCommand(context, {
    aim: 'execute',
    command: async ({ plan }) => {
      await plan.answer(answer, omitUndefined({ approval }));
    },
  });
};
