import { move } from '../move.ts';
import type { Run } from '../verb.ts';
import { isUnderWay } from '../view/progress-made.ts';

/**
 * A paused plan is told to go on; one whose process ended goes on by itself once it is taken up, as far as the command meant
 * it to that was interrupted.
 */
export const run: Run = context =>
  move(context, {
    aim: 'execute',
    reviews: true,
    command: async ({ troupe, plan, record }) => {
      if (isUnderWay(record)) await troupe.resume();
      else await plan.resume();
    },
  });
