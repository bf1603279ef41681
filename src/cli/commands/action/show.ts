import { stringify } from 'yaml';
import type { RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';

/** The action with all its fields, as it would be written in a file; its keys stay as they are written there. */
export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const action = await opened.troupe.actions.get(context.args.text('name') ?? '');
  return { data: { action }, text: stringify(action) };
};
