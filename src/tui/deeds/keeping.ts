/** Deeds that take something out of the screen: to the clipboard, to a file, to an editor, to a shell. */
import { cleanRow } from '../../cli/clean.ts';
import { Fault, type Plan } from '../../index.ts';
import { type Deed, type Hand, selected } from '../hand.ts';
import { paneOf } from '../panes/pane-of.ts';
import { wordsOf } from '../row.ts';

export const copy: Deed = async hand => {
  const { view } = hand.facts().state;
  const item = hand.item();
  if (item === undefined) return null;
  const pane = paneOf(view, hand.facts());
  const id = pane.id(item, 0);
  // Where rows are known by an id, that is what people type elsewhere.
  const text = /^[0-9A-HJKMNP-TV-Z]{26}/.exec(id)?.[0] ?? cleanRow(wordsOf(pane.row(item))).trim();
  hand.outside.copy(text);
  return `copied ${text}`;
};

export const save: Deed = async hand => {
  const { state } = hand.facts();
  const { plan } = await selected(hand);
  const isDiff = state.view === 'diff';
  const text = isDiff ? await plan.diff() : await outputOf(plan);
  const file = await hand.outside.save(`troupe-${plan.id.slice(-8)}.${isDiff ? 'diff' : 'log'}`, text);
  return `saved to ${file}`;
};

async function outputOf(plan: Plan): Promise<string> {
  let text = '';
  for await (const line of plan.logs({ subplans: false })) text += `${line.text}\n`;
  return text;
}

export const open: Deed = async hand => {
  const code = await hand.outside.edit(await sandboxOf(hand));
  if (code !== null) return `the editor ended with code ${code}`;
  throw new Fault('USAGE', 'There is no editor: neither VISUAL nor EDITOR is set', { hints: ['EDITOR=vi troupe ui'] });
};

export const shell: Deed = async hand => `the shell ended with code ${await hand.outside.shell(await sandboxOf(hand))}`;

async function sandboxOf(hand: Hand): Promise<string> {
  const { record } = await selected(hand);
  if (record.sandbox !== null) return record.sandbox.path;
  throw new Fault('PHASE_GUARD', 'The plan has no sandbox before Execute', {
    hints: [`troupe plan execute ${record.planId}`],
  });
}
