import { openHere } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';
import { invariantLines } from '../view/invariant.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const removed = await opened.troupe.removeInvariant(context.given.text('invariant') ?? '');
  return { data: { invariant: snakeKeys(removed) }, text: `Removed ${invariantLines([removed]).trim()}` };
};
