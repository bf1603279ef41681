import { isInProgress } from '../../../presentation/progress-text.ts';
import type { RunCommand } from '../../command.ts';
import { runPlanCommand } from '../../run-plan-command.ts';

/** Resumes a paused plan. A plan whose process ended continues by itself, as far as the interrupted command intended. */
export const run: RunCommand = context =>
  runPlanCommand(context, {
    aim: 'execute',
    reviews: true,
    command: async ({ troupe, plan, record }) => {
      if (!isInProgress(record)) return plan.resume();
      await plan.assertFiles();
      await troupe.resume();
    },
  });
