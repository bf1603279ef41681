import { cleanLine } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';
import { leadingOn } from '../view/ways.ts';

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const conflicts = await plan.conflicts();
  const next = leadingOn(await plan.record());
  const { paint } = context;
  const lines = conflicts.flatMap(({ path, kind, ours, theirs, message, resolution }) => [
    `${paint.bold(cleanLine(path))}  ${kind}  ${resolution === null ? paint.yellow('open') : `took ${resolution.take}`}`,
    `  ours    ${goals(ours.goals)}`,
    `  theirs  ${goals(theirs.goals)}`,
    ...(message === '' ? [] : [`  ${cleanLine(message)}`]),
  ]);
  return {
    data: { plan_id: plan.id, conflicts: snakeKeys(conflicts), next },
    text:
      lines.length === 0
        ? 'No conflicts.'
        : [...lines, ...next.slice(0, 1).map(way => `  next: ${paint.cyan(way)}`)].join('\n'),
  };
};

function goals(all: readonly string[]): string {
  return all.length === 0 ? 'the plan itself' : all.map(cleanLine).join('; ');
}
