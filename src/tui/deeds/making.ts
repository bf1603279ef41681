/** Deeds that make plans. */
import { type Action, type Checkpoint, Fault } from '../../index.ts';
import { type Deed, type Hand, selected } from '../hand.ts';
import type { DecisionItem } from '../panes/decisions.ts';

/** A plan from a stored action: its name, then its goal. */
export const make: Deed = async (hand, words) => {
  const [name = '', ...goal] = words.split(/\s+/);
  const action = await actionOf(hand, name);
  if (action === null) return null;
  const said = goal.length > 0 ? goal.join(' ') : await hand.say('Goal: ', action.description);
  if (said === null) return null;
  const given = await argumentsOf(hand, action);
  if (given === null) return null;
  const plan = await hand.troupe.use({
    action: action.name,
    arguments: given,
    start: true,
    ...(said.trim() === '' || said === action.description ? {} : { goal: said }),
  });
  hand.show(plan.id);
  return `plan ${plan.id}`;
};

async function actionOf(hand: Hand, name: string): Promise<Action | null> {
  if (name !== '') return hand.troupe.actions.get(name);
  const actions = (await hand.troupe.actions.list()).filter(({ state }) => state === 'available');
  if (actions.length === 0) {
    throw new Fault('UNKNOWN_ACTION', 'There is no stored action to make a plan from', {
      hints: ['troupe action create -f FILE'],
    });
  }
  const options = actions.map(({ name: id, description }) => ({ id, text: `${id}  ${description}` }));
  const picked = await hand.pick('New plan from', options);
  return actions.find(({ name: id }) => id === picked) ?? null;
}

/** Asks for each argument in turn; an empty answer is its default. */
async function argumentsOf(hand: Hand, action: Action): Promise<Record<string, unknown> | null> {
  const given: Record<string, unknown> = {};
  for (const [name, { default: usual, required, description }] of Object.entries(action.arguments)) {
    const hint = description === '' ? '' : ` (${description})`;
    const text = await hand.say(`${name}${hint}: `, usual === undefined ? '' : String(usual));
    if (text === null) return null;
    if (text !== '' || (required && usual === undefined)) given[name] = text;
  }
  return given;
}

/** From the checkpoint, or from the one the decision was made at. */
export const fork: Deed = async (hand, words) => {
  const { plan, record } = await selected(hand);
  const checkpoint = checkpointOf(hand);
  const goal = words === '' ? await hand.say('Goal (empty: the same, going on from there): ') : words;
  if (goal === null) return null;
  const made = await hand.troupe.fork({
    plan: plan.id,
    ...(checkpoint === null ? {} : { checkpoint }),
    ...(goal.trim() === '' ? {} : { goal }),
  });
  hand.show(made.id);
  return `forked from "${record.description}"`;
};

function checkpointOf(hand: Hand): string | null {
  const { view } = hand.facts().state;
  const item = hand.item();
  if (view === 'checkpoints') return (item as Checkpoint | undefined)?.checkpointId ?? null;
  if (view === 'decisions') return (item as DecisionItem | undefined)?.decision.contextSnapshot.checkpointId ?? null;
  return null;
}
