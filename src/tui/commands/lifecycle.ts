/** Commands that advance, pause or cancel a plan. */
import { advancePlan } from '../../presentation/advance-plan.ts';
import { selectedPlan, type UiCommand, type UiCommandContext, waitUntilStarted } from '../command-context.ts';
import { apply } from './apply.ts';
import { answerApproval, pendingApprovalsOf } from './approvals.ts';
import { notAllowedError } from './errors.ts';

/** Runs the next phase: Execute after a strategy, Apply after a result. */
export const approve: UiCommand = async (context, words) => {
  const { plan, record } = await selectedPlan(context);
  const [asked, ...others] = await pendingApprovalsOf(plan);
  if (asked !== undefined) return answerApproval(context, plan, asked, others.length);
  if (record.phase === 'execute' && record.state === 'complete') return apply(context, words);
  if (record.state === 'conflicted') throw notAllowedError(record, 'its conflicts must be resolved first (6)');
  await advancePlan(plan, record);
  await waitUntilStarted(plan);
  return `"${record.description}" continues`;
};

export const pause: UiCommand = async context => {
  const { plan, record } = await selectedPlan(context);
  const isPaused = record.state === 'paused';
  await (isPaused ? plan.resume() : plan.pause());
  if (isPaused) await waitUntilStarted(plan);
  return `"${record.description}" ${isPaused ? 'continues' : 'pauses'}`;
};

export const retry: UiCommand = async context => {
  const { plan, record } = await selectedPlan(context);
  if (!record.availableCommands.includes('execute')) throw notAllowedError(record, 'there is nothing to retry');
  await plan.ifUnchangedSince(record).execute();
  await waitUntilStarted(plan);
  return `"${record.description}" retries`;
};

export const revert: UiCommand = async (context, words) => {
  const { plan, record } = await selectedPlan(context);
  if (!record.availableCommands.includes('revert')) throw notAllowedError(record, 'it cannot be reverted');
  const guidance = words === '' ? await context.promptText('Restart planning. What should change? ') : words;
  if (guidance === null) return null;
  await plan.ifUnchangedSince(record).revert(guidance);
  return `"${record.description}" was reverted`;
};

export const cancel: UiCommand = async (context, words) => {
  const { plan, record } = await selectedPlan(context);
  const below = context.viewModel().children.get(plan.id) ?? [];
  const working = below.filter(({ state }) => state === 'processing').length;
  const confirmed = await context.confirm(`Cancel "${record.description}"?`, [
    `${working} of its ${below.length} subplans are at work and will be stopped`,
    'its files and its diff are kept',
  ]);
  if (!confirmed) return 'not cancelled';
  await plan.cancel(words === '' ? undefined : words);
  return `"${record.description}" is cancelled`;
};

export const guide: UiCommand = async (context, words) => {
  const { plan, record } = await selectedPlan(context);
  const text = words === '' ? await context.promptText(`To the agents of "${record.description}": `) : words;
  if (text === null || text.trim() === '') return null;
  await plan.prompt(text);
  return 'sent to the agents';
};

/** Ctrl-C once; twice is `cancelNow`. */
export const interrupt: UiCommand = async context => {
  const { plan } = context.viewModel().state;
  const line = plan === null ? undefined : context.viewModel().views.plans[plan];
  if (line === undefined || line.state !== 'processing') {
    context.leave();
    return null;
  }
  const choice = await context.pick(`"${line.goal}" is at work`, [
    { id: 'continue', key: 'escape', text: 'continue' },
    { id: 'leave', key: 'd', text: 'leave; it continues without a window' },
    { id: 'pause', key: 'p', text: 'pause it' },
    { id: 'cancel', key: 'ctrl+c', text: 'cancel it; its files and its diff are kept' },
  ]);
  return runInterruptChoice(context, choice);
};

async function runInterruptChoice(context: UiCommandContext, choice: string | null): Promise<string | null> {
  const { plan } = await selectedPlan(context);
  switch (choice) {
    case 'leave':
      context.leave();
      return null;
    case 'pause':
      await plan.pause();
      return 'pausing';
    case 'cancel':
      await plan.cancel('interrupted by Ctrl-C');
      return 'cancelled';
    default:
      return 'continuing';
  }
}
