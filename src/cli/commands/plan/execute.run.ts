import { advancePlan } from '../../../presentation/advance-plan.ts';
import type { RunCommand } from '../../command.ts';
import { runPlanCommand } from '../../run-plan-command.ts';

export const run: RunCommand = context =>
  runPlanCommand(context, { aim: 'execute', command: ({ plan, record }) => advancePlan(plan, record) });
