/** Deeds that move a plan: on, to its landing, to a rest, to its end. */
import { resolve } from 'node:path';
import { goOn } from '../../cli/go-on.ts';
import { targetName } from '../../cli/target.ts';
import { standing } from '../../cli/view/standing.ts';
import { summarize, summaryLine } from '../../cli/view/summary.ts';
import { type ApplyTarget, Fault, type Plan, type PlanRecord } from '../../index.ts';
import { type Deed, type Hand, selected } from '../hand.ts';

type Approval = Awaited<ReturnType<Plan['approvals']>>[number];

/** Whatever is next: Execute after a strategy, the landing after a result. */
export const approve: Deed = async (hand, words) => {
  const { plan, record } = await selected(hand);
  const [asked] = (await plan.approvals()).filter(({ answer }) => answer === null);
  if (asked !== undefined) return consent(hand, plan, asked);
  if (record.phase === 'execute' && record.state === 'complete') return apply(hand, words);
  if (record.state === 'conflicted') throw guard(record, 'its conflicts must be resolved first (6)');
  await goOn(plan, record);
  return `"${record.description}" goes on`;
};

/** A tool call that waits for a person: this once, for the rest of the plan, or not. */
async function consent(hand: Hand, plan: Plan, { approvalId, tool, input }: Approval): Promise<string> {
  const choice = await hand.pick(`May ${tool} be called with ${input}?`, [
    { id: 'once', key: 'y', text: 'yes, this once' },
    { id: 'always', key: 'a', text: 'yes, and every later call of it in this plan' },
    { id: 'no', key: 'n', text: 'no' },
  ]);
  if (choice === null) return 'it still waits';
  if (choice === 'no') {
    const reason = await hand.say('Why not? ');
    await plan.deny({ approval: approvalId, ...(reason === null || reason === '' ? {} : { reason }) });
    return `${tool} is refused`;
  }
  await plan.approve({ approval: approvalId, always: choice === 'always' });
  return `${tool} may be called`;
}

/** `branch NAME`, `patch FILE`, or nothing for the checkout. */
export const apply: Deed = async (hand, words) => {
  const target = targetOf(words, hand.outside.folder);
  const { plan, record } = await selected(hand);
  if (!record.ways.includes('apply') && !record.ways.includes('approve'))
    throw guard(record, 'there is no result to apply');
  const name = targetName(target, record.projectLinks[0]?.branch ?? null);
  if (!(await hand.ask(`Apply to ${name}?`, await landing(plan, record)))) return 'not applied';
  await plan.asSeen(record).apply({ target });
  return `"${record.description}" lands on ${name}`;
};

async function landing(plan: Plan, record: PlanRecord): Promise<string[]> {
  const checks = record.validationResults.map(
    ({ name, passed, required }) => `${passed ? 'passed' : 'FAILED'}  ${name}${required ? '' : ' (informational)'}`,
  );
  const stat = (await plan.diff({ stat: true })).trimEnd().split('\n');
  return [summaryLine(await summarize(plan, record)), ...checks, ...stat];
}

function targetOf(words: string, folder: string): ApplyTarget {
  const [kind = '', ...rest] = words.split(/\s+/);
  const name = rest.join(' ');
  if (kind === 'branch' && name !== '') return { kind: 'branch', branch: name };
  if (kind === 'patch' && name !== '') return { kind: 'patch', file: resolve(folder, name) };
  if (kind === '') return { kind: 'checkout' };
  throw new Fault('USAGE', `A result lands in the checkout, on "branch NAME" or in "patch FILE", not "${words}"`);
}

export const pause: Deed = async hand => {
  const { plan, record } = await selected(hand);
  const isPaused = record.state === 'paused';
  await (isPaused ? plan.resume() : plan.pause());
  return `"${record.description}" ${isPaused ? 'goes on' : 'pauses'}`;
};

export const retry: Deed = async hand => {
  const { plan, record } = await selected(hand);
  if (!record.ways.includes('execute')) throw guard(record, 'there is nothing to try again');
  await plan.asSeen(record).execute();
  return `"${record.description}" tries again`;
};

export const revert: Deed = async (hand, words) => {
  const { plan, record } = await selected(hand);
  if (!record.ways.includes('revert')) throw guard(record, 'it cannot think again');
  const guidance = words === '' ? await hand.say('Think again from the start. What should be different? ') : words;
  if (guidance === null) return null;
  await plan.asSeen(record).revert(guidance);
  return `"${record.description}" thinks again`;
};

export const cancel: Deed = async (hand, words) => {
  const { plan, record } = await selected(hand);
  const below = hand.facts().children.get(plan.id) ?? [];
  const working = below.filter(({ state }) => state === 'processing').length;
  const sure = await hand.ask(`Cancel "${record.description}"?`, [
    `${working} of its ${below.length} subplans are at work and will be stopped`,
    'its files and its diff are kept',
  ]);
  if (!sure) return 'not cancelled';
  await plan.cancel(words === '' ? undefined : words);
  return `"${record.description}" is cancelled`;
};

export const message: Deed = async (hand, words) => {
  const { plan, record } = await selected(hand);
  const text = words === '' ? await hand.say(`To the agents of "${record.description}": `) : words;
  if (text === null || text.trim() === '') return null;
  await plan.prompt(text);
  return 'said; the next agent that is asked hears it';
};

function guard(record: PlanRecord, why: string): Fault {
  return new Fault('PHASE_GUARD', `It is ${standing(record)}: ${why}`, { where: `plan ${record.planId}` });
}

/** Ctrl-C once; twice is `cancelNow`. */
export const interrupt: Deed = async hand => {
  const { plan } = hand.facts().state;
  const line = plan === null ? undefined : hand.facts().views.plans[plan];
  if (line === undefined || line.state !== 'processing') {
    hand.leave();
    return null;
  }
  const choice = await hand.pick(`"${line.goal}" is at work`, [
    { id: 'go on', key: 'escape', text: 'go on' },
    { id: 'leave', key: 'd', text: 'leave; it goes on without a window' },
    { id: 'pause', key: 'p', text: 'pause it' },
    { id: 'cancel', key: 'ctrl+c', text: 'cancel it; its files and its diff are kept' },
  ]);
  return interrupted(hand, choice);
};

async function interrupted(hand: Hand, choice: string | null): Promise<string | null> {
  const { plan } = await selected(hand);
  if (choice === 'leave') hand.leave();
  else if (choice === 'pause') await plan.pause();
  else if (choice === 'cancel') await plan.cancel('interrupted by Ctrl-C');
  else return 'going on';
  return choice === 'leave' ? null : `${choice === 'pause' ? 'pausing' : 'cancelled'}`;
}
