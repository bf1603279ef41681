/** Deeds that move a plan: on, to a rest, to its end. */
import { goOn } from '../../cli/go-on.ts';
import { begun, type Deed, type Hand, selected } from '../hand.ts';
import { consent, waitingIn } from './consenting.ts';
import { guard } from './guard.ts';
import { apply } from './landing.ts';

/** Whatever is next: Execute after a strategy, the landing after a result. */
export const approve: Deed = async (hand, words) => {
  const { plan, record } = await selected(hand);
  const [asked, ...others] = await waitingIn(plan);
  if (asked !== undefined) return consent(hand, plan, asked, others.length);
  if (record.phase === 'execute' && record.state === 'complete') return apply(hand, words);
  if (record.state === 'conflicted') throw guard(record, 'its conflicts must be resolved first (6)');
  await goOn(plan, record);
  await begun(plan);
  return `"${record.description}" goes on`;
};

export const pause: Deed = async hand => {
  const { plan, record } = await selected(hand);
  const isPaused = record.state === 'paused';
  await (isPaused ? plan.resume() : plan.pause());
  if (isPaused) await begun(plan);
  return `"${record.description}" ${isPaused ? 'goes on' : 'pauses'}`;
};

export const retry: Deed = async hand => {
  const { plan, record } = await selected(hand);
  if (!record.ways.includes('execute')) throw guard(record, 'there is nothing to retry');
  await plan.asSeen(record).execute();
  await begun(plan);
  return `"${record.description}" retries`;
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
  switch (choice) {
    case 'leave':
      hand.leave();
      return null;
    case 'pause':
      await plan.pause();
      return 'pausing';
    case 'cancel':
      await plan.cancel('interrupted by Ctrl-C');
      return 'cancelled';
    default:
      return 'going on';
  }
}
