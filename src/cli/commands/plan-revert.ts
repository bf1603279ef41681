import { move } from '../move.ts';
import type { Run } from '../verb.ts';

export const run: Run = context =>
  move(context, { aim: 'strategize', command: ({ plan }) => plan.revert(context.given.text('guidance')) });
