import { openHere, planOf } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';
import { conflictLines } from '../view/conflict.ts';
import { leadingOn } from '../view/ways.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const known = await plan.conflicts();
  const conflicts = await Promise.all(known.map(({ conflictId }) => plan.conflict(conflictId)));
  const next = leadingOn(await plan.record());
  const { paint } = context;
  const lines = conflicts.flatMap(conflict => conflictLines(conflict, paint));
  return {
    data: { plan_id: plan.id, conflicts: conflicts.map(({ content: _, ...rest }) => snakeKeys(rest)), next },
    text:
      lines.length === 0
        ? 'No conflicts.'
        : [...lines, ...next.slice(0, 1).map(way => `  next: ${paint.cyan(way)}`)].join('\n'),
  };
};
