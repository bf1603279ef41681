import { isInProgress } from '../../../presentation/progress-text.ts';
import type { RunCommand } from '../../command.ts';
import { runPlanCommand } from '../../run-plan-command.ts';

/**
 * A paused plan is told to go on; one whose process ended goes on by itself once it is taken up, as far as the command meant
 * it to that was interrupted.
 */
export const run: RunCommand = context =>
  runPlanCommand(context, {
    aim: 'execute',
    reviews: true,
    command: async ({ troupe, plan, record }) => {
      if (isInProgress(record)) await troupe.resume();
      else await plan.resume();
    },
  });
