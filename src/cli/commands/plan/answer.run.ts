import type { RunCommand } from '../../command.ts';
import { runPlanCommand } from '../../run-plan-command.ts';

export const run: RunCommand = context => {
  const approval = context.args.text('approval');
  const answer = context.args.text('answer') ?? '';
  return runPlanCommand(context, {
    aim: 'execute',
    command: async ({ plan }) => {
      await plan.answer(answer, approval === undefined ? {} : { approval });
    },
  });
};
