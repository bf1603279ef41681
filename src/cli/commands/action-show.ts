import { stringify } from 'yaml';
import { openHere } from '../open.ts';
import type { Run } from '../verb.ts';

/** The action with all its fields, as it would be written in a file; its keys stay as they are written there. */
export const run: Run = async context => {
  await using opened = await openHere(context);
  const action = await opened.troupe.actions.get(context.given.text('name') ?? '');
  return { data: { action }, text: stringify(action) };
};
