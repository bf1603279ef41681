import { move } from '../move.ts';
import type { Run } from '../verb.ts';

export const run: Run = context => {
  const approval = context.given.text('approval');
  const reason = context.given.text('reason') ?? '';
  return move(context, {
    aim: 'execute',
    command: async ({ plan }) => {
      await plan.deny({ reason, ...(approval === undefined ? {} : { approval }) });
    },
  });
};
