import { cleanLine } from '../clean.ts';
import { table } from '../help.ts';
import { openHere } from '../open.ts';
import type { Run } from '../verb.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const actions = await opened.troupe.actions.list();
  const rows = actions.map(({ name, description }) => [name, cleanLine(description)] as const);
  return {
    data: { actions: actions.map(({ name, description, state }) => ({ name, description, state })) },
    text: rows.length === 0 ? 'No actions. Store one with: troupe action create -f FILE' : table(rows).join('\n'),
  };
};
