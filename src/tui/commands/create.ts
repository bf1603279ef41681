/** Commands that create plans. */

import type { Action, Checkpoint, UseOptions } from '../../index.ts';
import { isActionFile } from '../../presentation/action-file.ts';
import { selectedPlan, type UiCommand, type UiCommandContext, waitUntilStarted } from '../command-context.ts';
import type { DecisionItem } from '../panes/decisions.ts';
import { splitFirstWord } from '../split-words.ts';

/** A stored action, or one from a file with the folder of its programs. */
type LoadedAction = Pick<UseOptions, 'actionDir'> & { action: Action; from: Action | string };

/** Creates a plan from an action, stored or in a file: its name or path, then the goal. */
export const newPlan: UiCommand = async (context, words) => {
  const { word: name, rest: goal } = splitFirstWord(words);
  const found = await findAction(context, name);
  if (found === null) return null;
  const { action, from, ...folder } = found;
  const description = goal === '' ? await context.promptText('Goal: ', action.description) : goal;
  if (description === null) return null;
  const given = await promptArguments(context, action);
  if (given === null) return null;
  const plan = await context.troupe.use({
    ...{ action: from, arguments: given, start: true, attended: 'terminal', ...folder },
    ...(description.trim() === '' || description === action.description ? {} : { goal: description }),
  });
  context.show(plan.id);
  await waitUntilStarted(plan);
  return `plan ${plan.id}`;
};

async function findAction(context: UiCommandContext, name: string): Promise<LoadedAction | null> {
  if (name === '') return pickAction(context);
  if (isActionFile(name)) return loadFromFile(context, name);
  const action = await context.troupe.actions.get(name);
  return { action, from: action.name };
}

async function pickAction(context: UiCommandContext): Promise<LoadedAction | null> {
  const actions = (await context.troupe.actions.list()).filter(({ state }) => state === 'available');
  const stored = actions.map(({ name: id, description }) => ({ id, text: `${id}  ${description}` }));
  const file = { id: '', key: 'f', text: 'an action in a file …' };
  const picked = await context.pick('New plan from', [...stored, file]);
  if (picked === null) return null;
  if (picked !== file.id) return findAction(context, picked);
  const path = await context.promptText('File: ');
  return path === null || path.trim() === '' ? null : loadFromFile(context, path.trim());
}

async function loadFromFile(context: UiCommandContext, path: string): Promise<LoadedAction> {
  const { action: written, ...folder } = await context.services.loadAction(path);
  const action = 'source' in written ? await context.troupe.actions.read(written.source, written.where) : written;
  return { action, from: action, ...folder };
}

/** Asks for each argument; an empty answer is its default. */
async function promptArguments(context: UiCommandContext, action: Action): Promise<Record<string, unknown> | null> {
  const given: Record<string, unknown> = {};
  for (const [name, { default: usual, required, description }] of Object.entries(action.arguments)) {
    const hint = description === '' ? '' : ` (${description})`;
    const text = await context.promptText(`${name}${hint}: `, usual === undefined ? '' : String(usual));
    if (text === null) return null;
    if (text !== '' || (required && usual === undefined)) given[name] = text;
  }
  return given;
}

/** From the checkpoint, or from the one at which the decision was made. */
export const fork: UiCommand = async (context, words) => {
  const { plan, record } = await selectedPlan(context);
  const checkpoint = selectedCheckpoint(context);
  const goal = words === '' ? await context.promptText('Goal (empty: the same goal, continuing from there): ') : words;
  if (goal === null) return null;
  const made = await context.troupe.fork({
    plan: plan.id,
    ...(checkpoint === null ? {} : { checkpoint }),
    ...(goal.trim() === '' ? {} : { goal }),
  });
  context.show(made.id);
  await waitUntilStarted(made);
  return `forked from "${record.description}"`;
};

function selectedCheckpoint(context: UiCommandContext): string | null {
  const { view } = context.viewModel().state;
  const item = context.selectedItem();
  if (view === 'checkpoints') return (item as Checkpoint | undefined)?.checkpointId ?? null;
  if (view === 'decisions') return (item as DecisionItem | undefined)?.decision.contextSnapshot.checkpointId ?? null;
  return null;
}
