/** Commands that resolve conflicts: a whole file from its row, one hunk from a row of it. */
import { type ResolutionChoice, TroupeError } from '../../index.ts';
import { selectedPlan, type UiCommand, type UiCommandContext } from '../command-context.ts';
import type { ConflictItem } from '../panes/conflicts.ts';

const takeCommand =
  (take: Extract<ResolutionChoice, string>): UiCommand =>
  async context => {
    const { conflictId, path, hunk } = selectedConflict(context);
    await resolveSelected(context, conflictId, take, hunk);
    return `took ${take} for ${path}${hunk === null ? '' : `, hunk ${hunk}`}`;
  };

export const ours = takeCommand('ours');
export const theirs = takeCommand('theirs');
export const base = takeCommand('base');
export const both = takeCommand('both');

export const edit: UiCommand = async context => {
  const { conflictId, path } = selectedConflict(context);
  const { plan } = await selectedPlan(context);
  const { content } = await plan.conflicts.get(conflictId);
  await resolveSelected(context, conflictId, { content: await context.services.editConflict(path, content) }, null);
  return `took what you wrote for ${path}`;
};

export const assignToAgent: UiCommand = async context => {
  const { conflictId, path } = selectedConflict(context);
  await resolveSelected(context, conflictId, { actor: null }, null);
  return `an agent resolves ${path}`;
};

async function resolveSelected(
  context: UiCommandContext,
  conflictId: string,
  take: ResolutionChoice,
  hunk: number | null,
): Promise<void> {
  const { plan } = await selectedPlan(context);
  await plan.conflicts.resolve(conflictId, take, hunk === null ? {} : { hunk });
}

function selectedConflict(context: UiCommandContext): ConflictItem {
  const item = context.selectedItem() as ConflictItem | undefined;
  if (item === undefined) throw new TroupeError('USAGE', 'There is no conflict to resolve');
  return item;
}
