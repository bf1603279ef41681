import * as z from 'zod';
import { planRequired } from '../plan-argument.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, final } from '../tool.ts';

export const cancel = defineTool({
  name: 'plan_cancel',
  description: 'Cancel a plan and its subplans; this cannot be undone. Its work is kept in a git ref.',
  input: z.strictObject({ plan: planRequired, reason: z.string().optional() }),
  ...final,
  async run({ plan: id, reason }, { session, signal }) {
    const plan = await session.plan(id);
    await plan.cancel(reason);
    await plan.waitUntilIdle({ signal });
    return planResult(session, plan);
  },
});
