import * as z from 'zod';
import { advancePlan } from '../../../presentation/advance-plan.ts';
import { planRequired } from '../plan-argument.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, working } from '../tool.ts';

export const execute = defineTool({
  name: 'plan_execute',
  description:
    'Continue a plan that waits: execute a strategy that is ready, resume a paused plan, or try again what failed. Returns at once; follow it with plan_wait.',
  input: z.strictObject({ plan: planRequired }),
  ...working,
  async run({ plan: id }, { session }) {
    const plan = await session.plan(id);
    const record = await plan.record();
    if (record.state === 'paused') await plan.resume();
    else await advancePlan(plan, record);
    return planResult(session, plan);
  },
});
