import { move } from '../move.ts';
import type { Run } from '../verb.ts';

export const run: Run = context => {
  const approval = context.given.text('approval');
  return move(context, {
    aim: 'execute',
    command: async ({ plan }) => {
      await plan.approve({ always: context.given.has('always'), ...(approval === undefined ? {} : { approval }) });
    },
  });
};
