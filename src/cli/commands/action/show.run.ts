import { stringify } from 'yaml';
import type { RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';
import { requiredArgument } from '../../required-argument.ts';

/** Shows the action with all its fields, spelled as in a file. */
export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const action = await opened.troupe.actions.get(requiredArgument(context.args, 'name'));
  return { data: { action }, text: stringify(action) };
};
