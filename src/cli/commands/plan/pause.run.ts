import type { RunCommand } from '../../command.ts';
import { runPlanCommand } from '../../run-plan-command.ts';

export const run: RunCommand = context =>
  runPlanCommand(context, { aim: 'execute', command: ({ plan }) => plan.pause() });
