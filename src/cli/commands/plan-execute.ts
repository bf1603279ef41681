import { goOn } from '../go-on.ts';
import { move } from '../move.ts';
import type { Run } from '../verb.ts';

export const run: Run = context =>
  move(context, {
    aim: 'execute',
    command: async ({ troupe, plan, record }) => {
      const done = (record.phase === 'execute' && record.state === 'complete') || record.phase === 'apply';
      if (!done) await goOn(troupe, plan);
    },
  });
