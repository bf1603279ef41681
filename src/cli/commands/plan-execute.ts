import { goOn } from '../go-on.ts';
import { move } from '../move.ts';
import type { Run } from '../verb.ts';

export const run: Run = context => move(context, { aim: 'execute', command: ({ plan, record }) => goOn(plan, record) });
