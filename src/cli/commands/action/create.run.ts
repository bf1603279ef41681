import { commandHint, TroupeError } from '../../../index.ts';
import { readActionSource } from '../../action-input.ts';
import type { RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  const file = context.args.text('file');
  if (file === undefined) {
    throw new TroupeError('USAGE', 'Name the file of the action with -f FILE', {
      hints: [commandHint('help action create')],
    });
  }
  const written = await readActionSource(context, file);
  await using opened = await openProject(context);
  const action = await opened.troupe.actions.create(written, file);
  return { data: { action }, text: `Stored ${action.name}; use it with: troupe run --action ${action.name}` };
};
