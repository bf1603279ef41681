/** Commands that answer approvals: once, for the rest of the plan, or no. */

import { type Plan, requestText, TroupeError } from '../../index.ts';
import { ascending } from '../../model/text-order.ts';
import { formatApproval } from '../../presentation/approval.ts';
import { selectedPlan, type UiCommand, type UiCommandContext } from '../command-context.ts';

type Approval = Awaited<ReturnType<Plan['approvals']>>[number];

/** Returns pending approvals of the plan and its subplans. */
export async function pendingApprovalsOf(plan: Plan): Promise<Approval[]> {
  return (await plan.approvals()).filter(({ answer }) => answer === null);
}

/** Enter leaves it pending: an approval has to be typed. */
export async function answerApproval(
  context: UiCommandContext,
  plan: Plan,
  asked: Approval,
  others: number,
): Promise<string> {
  if (asked.question !== undefined) return answerQuestion(context, plan, asked, asked.question);
  const [title = '', ...details] = formatApproval(asked);
  const { approvalId: approval, tool, words } = asked;
  const options = [
    { id: 'once', key: 'y', text: 'yes, this once' },
    { id: 'always', key: 'a', text: `yes, and every other call of ${tool} in this plan and its subplans` },
    { id: 'no', key: 'n', text: 'no' },
    { id: 'later', key: 'escape', text: 'decide later; it waits' },
  ];
  const behind = others === 0 ? [] : [`  ${others} more ${others === 1 ? 'call waits' : 'calls wait'} for you`];
  const choice = await context.pick(title, options, { details: [...details, ...behind], at: options.length - 1 });
  if (choice === null || choice === 'later') return 'it still waits';
  if (choice === 'no') return denyWithReason(context, plan, asked);
  await plan.approve({ approval, always: choice === 'always' });
  return `approved: ${words}`;
}

/** A choice by its number, or a typed answer. */
async function answerQuestion(
  context: UiCommandContext,
  plan: Plan,
  asked: Approval,
  { choices }: NonNullable<Approval['question']>,
): Promise<string> {
  const [title = ''] = formatApproval(asked);
  const words = asked.question?.text ?? '';
  const options = [
    ...choices.map((text, index) => ({ id: `choice ${index}`, key: String(index + 1), text })),
    { id: 'text', key: 't', text: choices.length === 0 ? 'type an answer' : 'type another answer' },
    { id: 'none', key: 'n', text: 'let the agent decide' },
    { id: 'later', key: 'escape', text: 'decide later; it waits' },
  ];
  const choice = await context.pick(title, options, { details: words.split('\n'), at: options.length - 1 });
  if (choice === null || choice === 'later') return 'it still waits';
  const { approvalId: approval } = asked;
  if (choice === 'none') {
    await plan.deny({ approval, reason: 'The person leaves it to you' });
    return `left to the agent: ${words}`;
  }
  const answer =
    choice === 'text'
      ? await context.promptText('Your answer: ')
      : choices[options.findIndex(({ id }) => id === choice)];
  if (answer === null || answer === undefined || answer === '') return 'it still waits';
  await plan.answer(answer, { approval });
  return `answered: ${answer}`;
}

async function denyWithReason(
  context: UiCommandContext,
  plan: Plan,
  { approvalId: approval, words }: Approval,
): Promise<string> {
  const reason = await context.promptText('Why not? ');
  if (reason === null) return 'it still waits';
  await plan.deny({ approval, ...(reason === '' ? {} : { reason }) });
  return `denied: ${words}`;
}

export const deny: UiCommand = async (context, words) => {
  const { plan } = await selectedPlan(context);
  const [asked] = await pendingApprovalsOf(plan);
  if (asked === undefined)
    throw new TroupeError('PHASE_GUARD', 'Nothing waits for approval', { where: `plan ${plan.id}` });
  if (words === '') return denyWithReason(context, plan, asked);
  await plan.deny({ approval: asked.approvalId, reason: words });
  return `denied: ${asked.words}`;
};

/** Shows the plan whose approval is pending longest. */
export const nextApproval: UiCommand = async context => {
  const [first] = [...context.viewModel().approvals.values()].flat().sort(ascending(({ approvalId }) => approvalId));
  if (first === undefined) return 'nothing asks you anything';
  context.show(first.planId);
  return `"${first.goal}" ${requestText(first)}; ${first.question === undefined ? 'a approves, D denies' : 'a answers'}`;
};
