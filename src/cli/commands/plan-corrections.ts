import { openHere, planOf } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';
import { correctionLine } from '../view/correction.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const corrections = await plan.corrections();
  const now = context.io.now();
  return {
    data: { plan_id: plan.id, corrections: corrections.map(each => snakeKeys(each)) },
    text:
      corrections.length === 0
        ? 'Nothing was corrected'
        : corrections.map(each => correctionLine(each, context.paint, now)).join('\n'),
  };
};
