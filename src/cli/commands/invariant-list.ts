import { openHere } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';
import { invariantLines } from '../view/invariant.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = context.given.text('plan');
  const invariants = await opened.troupe.invariants(plan === undefined ? {} : { plan });
  const none = 'No rules. Add one with: troupe invariant add "what must hold" --project';
  return {
    data: { invariants: invariants.map(each => snakeKeys(each)) },
    text: invariants.length === 0 ? none : invariantLines(invariants),
  };
};
