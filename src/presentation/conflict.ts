import type { ConflictTexts } from '../index.ts';
import { commandHint } from '../model/command-hint.ts';
import type { Colors } from './colors.ts';
import { formatHint } from './hints.ts';
import { sanitizeLine } from './sanitize.ts';
import { pluralize } from './units.ts';

/** Maximum lines shown per side of a hunk; the file and the JSON have all of them. */
const linesMax = 8;

/** Formats a conflict: who changed what, the text of each open hunk, and how to resolve it. */
export function formatConflict(planId: string, conflict: ConflictTexts, paint: Colors): string[] {
  if (conflict.attempts !== undefined) return formatAttempts(planId, conflict, paint);
  const { path, kind, ours, theirs, message, resolution } = conflict;
  const state = resolution === null ? paint.yellow('open') : resolutionText(resolution);
  return [
    `${paint.bold(sanitizeLine(path))}  ${kind}  ${state}`,
    `  ours    ${goalList(ours.goals)}`,
    `  theirs  ${goalList(theirs.goals)}`,
    ...(message === '' ? [] : message.split('\n').map(line => `  ${sanitizeLine(line)}`)),
    ...(resolution === null || resolution.take === 'hunk'
      ? conflict.texts.flatMap((text, index) => hunkLines(conflict.hunks[index], text, index, paint))
      : []),
    ...conflict.suggestions.map(({ hunk, take, reason }) => {
      const options = { ...(hunk === null ? {} : { hunk }), take };
      return `  try ${paint.cyan(formatHint(commandHint('plan resolve', { planId, args: [path], options })))}: ${reason}`;
    }),
  ];
}

/** Attempts have no sides: each is looked at, and one is chosen. */
function formatAttempts(
  planId: string,
  { message, resolution, attempts = [] }: ConflictTexts,
  paint: Colors,
): string[] {
  const state = resolution === null ? paint.yellow('open') : resolutionText(resolution);
  const command = (name: string, attempt: number) =>
    paint.cyan(formatHint(commandHint(name, { planId, options: { attempt } })));
  return [
    `${paint.bold(message)}  ${state}`,
    ...attempts.map(
      ({ attempt }) => `  attempt ${attempt}  ${command('plan diff', attempt)}  ${command('plan resolve', attempt)}`,
    ),
  ];
}

function resolutionText(resolution: NonNullable<ConflictTexts['resolution']>): string {
  switch (resolution.take) {
    case 'hunk':
      return 'resolved hunk by hunk';
    case 'attempt':
      return `took attempt ${resolution.attempt}`;
    case 'actor':
      return 'resolved by an agent';
    default:
      return `took ${resolution.take}`;
  }
}

function hunkLines(
  hunk: ConflictTexts['hunks'][number] | undefined,
  text: ConflictTexts['texts'][number],
  index: number,
  paint: Colors,
): string[] {
  if (hunk === undefined) return [];
  const { taken } = hunk;
  const state = taken === null ? paint.yellow('open') : `took ${typeof taken === 'string' ? taken : 'content'}`;
  const side = (sign: string, words: string) => {
    const all = words.split('\n').slice(0, words.endsWith('\n') ? -1 : undefined);
    const shown = words === '' ? [] : all.slice(0, linesMax).map(line => `      ${sign} ${sanitizeLine(line)}`);
    return all.length > linesMax
      ? [...shown, `      ${sign} … ${pluralize(all.length - linesMax, 'line')} more`]
      : shown;
  };
  return [
    `    hunk ${index + 1}, ${hunk.key === undefined ? `line ${hunk.ours.start + 1}` : sanitizeLine(hunk.key)}  ${state}`,
    ...(taken === null ? [...side('<', text.ours), ...side('|', text.base), ...side('>', text.theirs)] : []),
  ];
}

function goalList(all: readonly string[]): string {
  return all.length === 0 ? 'the plan itself' : all.map(sanitizeLine).join('; ');
}
