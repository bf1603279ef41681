import { sanitizeLine } from '../../../presentation/sanitize.ts';
import { formatTable } from '../../../presentation/text-layout.ts';
import type { RunCommand } from '../../command.ts';
import { openProject } from '../../project/open-project.ts';

export const run: RunCommand = async context => {
  await using opened = await openProject(context);
  const actions = await opened.troupe.actions.list();
  const rows = actions.map(({ name, description }) => [name, sanitizeLine(description)] as const);
  return {
    data: { actions: actions.map(({ name, description, state }) => ({ name, description, state })) },
    text: rows.length === 0 ? 'No actions. Store one with: troupe action create -f FILE' : formatTable(rows).join('\n'),
  };
};
