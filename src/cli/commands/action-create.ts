import { Fault } from '../../index.ts';
import { writtenIn } from '../action-source.ts';
import { openHere } from '../open.ts';
import type { Run } from '../verb.ts';

export const run: Run = async context => {
  const file = context.given.text('file');
  if (file === undefined) {
    throw new Fault('USAGE', 'Name the file of the action with -f FILE', { hints: ['troupe help action create'] });
  }
  const written = await writtenIn(context, file);
  await using opened = await openHere(context);
  const action = await opened.troupe.actions.create(written, file);
  return { data: { action }, text: `Stored ${action.name}; use it with: troupe run --action ${action.name}` };
};
