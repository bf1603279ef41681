import * as z from 'zod';
import { commandHint, TroupeError } from '../../../index.ts';
import { planRequired } from '../plan-argument.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, final } from '../tool.ts';

export const answer = defineTool({
  name: 'plan_answer',
  description:
    'Answer an approval: let a waiting tool call of an agent happen, or refuse it; or answer the question of an agent with a text. plan_status lists the approvals of a plan with what each would do, and the questions.',
  input: z.strictObject({
    plan: planRequired,
    approval: z.string().min(1).describe('Id of the approval, or the end of it.'),
    answer: z.enum(['approve', 'deny']).optional().describe('For a tool call. A denied question is left to the agent.'),
    text: z.string().min(1).optional().describe('For a question: the answer, or the number of a choice.'),
    always: z.boolean().default(false).describe('Also approve later calls of the same tool in this plan.'),
    reason: z.string().optional().describe('Why it is denied; the agent gets it.'),
  }),
  ...final,
  async run({ plan: id, approval, answer: verdict, text, always, reason = '' }, { session }) {
    const plan = await session.plan(id);
    if ((text === undefined) === (verdict === undefined)) throw noAnswerError();
    if (text !== undefined) await plan.answer(text, { approval });
    else if (verdict === 'approve') await plan.approve({ approval, always });
    else await plan.deny({ approval, reason });
    return planResult(session, plan);
  },
});

function noAnswerError(): TroupeError {
  return new TroupeError('USAGE', 'Give one of the two: answer, for a tool call; text, for a question', {
    where: 'answer, text',
    hints: [commandHint('plan status')],
  });
}
