import * as z from 'zod';
import type { Plan, PlanEvent } from '../../../index.ts';
import { formatEvent } from '../../../presentation/event-message.ts';
import { type ActivityByPlan, applyEvent } from '../../../presentation/plan-activity.ts';
import { planIdArgument } from '../plan-argument.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, reading } from '../tool.ts';

/** More would fill the caller's context. */
const messagesMax = 40;

/** Waits, and says what has happened. */
export const wait = defineTool({
  name: 'plan_wait',
  description:
    'Wait until a plan needs you (approval, conflict, review) or is final, or the time is up. Returns its state, what has happened since "after", and the next calls. Also continues a plan whose process ended. Call it again while the plan works.',
  input: z.strictObject({
    plan: planIdArgument,
    seconds: z.number().min(0).max(600).default(45).describe('Seconds to wait at most.'),
    after: z.string().optional().describe('"after" of the previous call: only later messages are returned.'),
  }),
  annotations: reading.annotations,
  resumes: true,
  async run({ plan: id, seconds, after }, { session, signal }) {
    const plan = await session.plan(id);
    const until = AbortSignal.any([signal, AbortSignal.timeout(1000 * seconds)]);
    const { messages, last } = await follow(plan, { after, signal: until });
    const omitted = Math.max(0, messages.length - messagesMax);
    return {
      ...(await planResult(session, plan)),
      messages: messages.slice(omitted),
      ...(omitted === 0 ? {} : { omitted }),
      after: last ?? after ?? null,
    };
  },
});

/** Reads events until the plan waits or is final, a call of one of its agents waits for an answer, or the signal comes. */
async function follow(
  plan: Plan,
  { after = '', signal }: { after: string | undefined; signal: AbortSignal },
): Promise<{ messages: string[]; last: string | null }> {
  const board: ActivityByPlan = new Map();
  const messages: string[] = [];
  let last: string | null = null;
  for await (const event of plan.events({ signal })) {
    applyEvent(board, event);
    last = event.seq;
    const message = event.seq > after ? formatEvent(event, board) : null;
    if (message !== null && !message.verbose) messages.push(message.text);
    if (await waitsForAnswer(plan, event)) break;
  }
  return { messages, last };
}

async function waitsForAnswer(plan: Plan, event: PlanEvent): Promise<boolean> {
  if (event.type !== 'approval.requested') return false;
  const { approvalId } = event.approval;
  return (await plan.approvals()).some(approval => approval.approvalId === approvalId && approval.answer === null);
}
