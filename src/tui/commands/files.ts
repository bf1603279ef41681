/** Commands that take something from the screen to the clipboard, a file, an editor or a shell. */

import { commandHint, type Plan, TroupeError } from '../../index.ts';
import { sanitizeRow } from '../../presentation/sanitize.ts';
import { selectedPlan, type UiCommand, type UiCommandContext } from '../command-context.ts';
import { createPane } from '../panes/create-pane.ts';
import { rowText } from '../styled-row.ts';

export const copy: UiCommand = async context => {
  const { view } = context.viewModel().state;
  const item = context.selectedItem();
  if (item === undefined) return null;
  const pane = createPane(view, context.viewModel());
  const id = pane.id(item, 0);
  // For rows identified by an id, copy the id, which other commands take.
  const text = /^[0-9A-HJKMNP-TV-Z]{26}/.exec(id)?.[0] ?? sanitizeRow(rowText(pane.row(item))).trim();
  context.services.copy(text);
  return `copied ${text}`;
};

export const save: UiCommand = async context => {
  const { state } = context.viewModel();
  const { plan } = await selectedPlan(context);
  const isDiff = state.view === 'diff';
  const text = isDiff ? await plan.diff() : await outputOf(plan);
  const file = await context.services.save(`troupe-${plan.id.slice(-8)}.${isDiff ? 'diff' : 'log'}`, text);
  return `saved to ${file}`;
};

async function outputOf(plan: Plan): Promise<string> {
  let text = '';
  for await (const line of plan.logs({ subplans: false })) text += `${line.text}\n`;
  return text;
}

export const openSandbox: UiCommand = async context => {
  const code = await context.services.edit(await sandboxOf(context));
  if (code !== null) return `the editor ended with code ${code}`;
  throw new TroupeError('USAGE', 'There is no editor: neither VISUAL nor EDITOR is set', {
    hints: ['EDITOR=vi troupe ui'],
  });
};

export const shell: UiCommand = async context =>
  `the shell ended with code ${await context.services.shell(await sandboxOf(context))}`;

async function sandboxOf(context: UiCommandContext): Promise<string> {
  const { record } = await selectedPlan(context);
  if (record.sandbox !== null) return record.sandbox.path;
  throw new TroupeError('PHASE_GUARD', 'The plan has no sandbox before Execute', {
    hints: [commandHint('plan execute', { planId: record.planId })],
  });
}
