import * as z from 'zod';
import { planRequired } from '../plan-argument.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, final } from '../tool.ts';

export const answer = defineTool({
  name: 'plan_answer',
  description:
    'Answer an approval: let a waiting tool call of an agent happen, or refuse it. plan_status lists the approvals of a plan with what each would do.',
  input: z.strictObject({
    plan: planRequired,
    approval: z.string().min(1).describe('Id of the approval, or the end of it.'),
    answer: z.enum(['approve', 'deny']),
    always: z.boolean().default(false).describe('Also approve later calls of the same tool in this plan.'),
    reason: z.string().optional().describe('Why it is denied; the agent gets it.'),
  }),
  ...final,
  async run({ plan: id, approval, answer: verdict, always, reason = '' }, { session }) {
    const plan = await session.plan(id);
    if (verdict === 'approve') await plan.approve({ approval, always });
    else await plan.deny({ approval, reason });
    return planResult(session, plan);
  },
});
