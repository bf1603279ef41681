/** Deeds that make plans. */
import { isFile } from '../../cli/action-source.ts';
import type { Action, Checkpoint, UseOptions } from '../../index.ts';
import { firstWord } from '../first-word.ts';
import { begun, type Deed, type Hand, selected } from '../hand.ts';
import type { DecisionItem } from '../panes/decisions.ts';

/** Where an action is: among the stored ones, or in a file whose folder its programs are found in. */
type Found = Pick<UseOptions, 'actionDir'> & { action: Action; from: Action | string };

/** A plan from an action, stored or in a file: its name or path, then its goal. */
export const make: Deed = async (hand, words) => {
  const { word: name, rest: goal } = firstWord(words);
  const found = await actionOf(hand, name);
  if (found === null) return null;
  const { action, from, ...folder } = found;
  const said = goal === '' ? await hand.say('Goal: ', action.description) : goal;
  if (said === null) return null;
  const given = await argumentsOf(hand, action);
  if (given === null) return null;
  const plan = await hand.troupe.use({
    ...{ action: from, arguments: given, start: true, attended: 'terminal', ...folder },
    ...(said.trim() === '' || said === action.description ? {} : { goal: said }),
  });
  hand.show(plan.id);
  await begun(plan);
  return `plan ${plan.id}`;
};

async function actionOf(hand: Hand, name: string): Promise<Found | null> {
  if (name === '') return pickedAction(hand);
  if (isFile(name)) return inFile(hand, name);
  const action = await hand.troupe.actions.get(name);
  return { action, from: action.name };
}

async function pickedAction(hand: Hand): Promise<Found | null> {
  const actions = (await hand.troupe.actions.list()).filter(({ state }) => state === 'available');
  const stored = actions.map(({ name: id, description }) => ({ id, text: `${id}  ${description}` }));
  const file = { id: '', key: 'f', text: 'an action in a file …' };
  const picked = await hand.pick('New plan from', [...stored, file]);
  if (picked === null) return null;
  if (picked !== file.id) return actionOf(hand, picked);
  const path = await hand.say('File: ');
  return path === null || path.trim() === '' ? null : inFile(hand, path.trim());
}

async function inFile(hand: Hand, path: string): Promise<Found> {
  const { action: written, ...folder } = await hand.outside.action(path);
  const action = 'source' in written ? await hand.troupe.actions.read(written.source, written.where) : written;
  return { action, from: action, ...folder };
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
  await begun(made);
  return `forked from "${record.description}"`;
};

function checkpointOf(hand: Hand): string | null {
  const { view } = hand.facts().state;
  const item = hand.item();
  if (view === 'checkpoints') return (item as Checkpoint | undefined)?.checkpointId ?? null;
  if (view === 'decisions') return (item as DecisionItem | undefined)?.decision.contextSnapshot.checkpointId ?? null;
  return null;
}
