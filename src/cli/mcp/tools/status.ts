import * as z from 'zod';
import { planIdArgument } from '../plan-argument.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, reading } from '../tool.ts';

export const status = defineTool({
  name: 'plan_status',
  description: 'Show the state of a plan and the next calls, without waiting.',
  input: z.strictObject({ plan: planIdArgument }),
  ...reading,
  run: async ({ plan }, { session }) => planResult(session, await session.plan(plan)),
});
