import type { ConflictView } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import { openHere, planOf } from '../open.ts';
import type { Paint } from '../paint.ts';
import { count } from '../progress/sentence.ts';
import { snakeKeys } from '../snake.ts';
import type { Run } from '../verb.ts';
import { leadingOn } from '../view/ways.ts';

/** Lines of a side that are shown of one hunk; all of them are in the file, and in JSON. */
const linesMax = 8;

export const run: Run = async context => {
  await using opened = await openHere(context);
  const plan = await planOf(context, opened.troupe);
  const known = await plan.conflicts();
  const conflicts = await Promise.all(known.map(({ conflictId }) => plan.conflict(conflictId)));
  const next = leadingOn(await plan.record());
  const { paint } = context;
  const lines = conflicts.flatMap(conflict => linesOf(conflict, paint));
  return {
    data: { plan_id: plan.id, conflicts: conflicts.map(({ content: _, ...rest }) => snakeKeys(rest)), next },
    text:
      lines.length === 0
        ? 'No conflicts.'
        : [...lines, ...next.slice(0, 1).map(way => `  next: ${paint.cyan(way)}`)].join('\n'),
  };
};

function linesOf(conflict: ConflictView, paint: Paint): string[] {
  const { path, kind, ours, theirs, message, resolution } = conflict;
  const state = resolution === null ? paint.yellow('open') : settledBy(resolution);
  return [
    `${paint.bold(cleanLine(path))}  ${kind}  ${state}`,
    `  ours    ${goals(ours.goals)}`,
    `  theirs  ${goals(theirs.goals)}`,
    ...(message === '' ? [] : message.split('\n').map(line => `  ${cleanLine(line)}`)),
    ...(resolution === null ? conflict.texts.flatMap((_, index) => hunkLines(conflict, index, paint)) : []),
    ...conflict.suggestions.map(({ hunk, take, reason }) => {
      const words = [cleanLine(path), ...(hunk === null ? [] : ['--hunk', hunk]), '--take', take];
      return `  try ${paint.cyan(['troupe plan resolve', ...words].join(' '))}: ${reason}`;
    }),
  ];
}

function settledBy(resolution: NonNullable<ConflictView['resolution']>): string {
  switch (resolution.take) {
    case 'hunk':
      return 'settled hunk by hunk';
    case 'actor':
      return 'settled by an agent';
    default:
      return `took ${resolution.take}`;
  }
}

function hunkLines({ hunks, texts }: ConflictView, index: number, paint: Paint): string[] {
  const hunk = hunks[index];
  const text = texts[index];
  if (hunk === undefined || text === undefined) return [];
  const { taken } = hunk;
  const state = taken === null ? paint.yellow('open') : `took ${typeof taken === 'string' ? taken : 'content'}`;
  const side = (sign: string, words: string) => {
    const all = words.split('\n').slice(0, words.endsWith('\n') ? -1 : undefined);
    const shown = words === '' ? [] : all.slice(0, linesMax).map(line => `      ${sign} ${cleanLine(line)}`);
    return all.length > linesMax ? [...shown, `      ${sign} … ${count(all.length - linesMax, 'line')} more`] : shown;
  };
  return [
    `    hunk ${index + 1}, ${hunk.key === undefined ? `line ${hunk.ours.start + 1}` : cleanLine(hunk.key)}  ${state}`,
    ...(taken === null ? [...side('<', text.ours), ...side('|', text.base), ...side('>', text.theirs)] : []),
  ];
}

function goals(all: readonly string[]): string {
  return all.length === 0 ? 'the plan itself' : all.map(cleanLine).join('; ');
}
