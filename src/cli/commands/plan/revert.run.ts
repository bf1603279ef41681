import type { RunCommand } from '../../command.ts';
import { runPlanCommand } from '../../run-plan-command.ts';

export const run: RunCommand = context =>
  runPlanCommand(context, { aim: 'strategize', command: ({ plan }) => plan.revert(context.args.text('guidance')) });
