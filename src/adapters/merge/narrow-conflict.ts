import type { DocumentReader } from './structure/document-reader.ts';
import { linesAt, type TextRange } from './structure/ranges.ts';
import { findSyntaxProblem } from './structure/syntax-check.ts';
import { changesOf, type LineChange } from './text/changes.ts';
import { type ConflictSpan, conflictSpansAt, withConflicts } from './text/conflict-regions.ts';
import type { DiffHunk } from './text/hunks.ts';
import type { LineSides } from './text/lines.ts';
import type { Region } from './text/regions.ts';
import { render } from './text/render.ts';
import { WorkBudgetExceeded } from './text/work-budget.ts';

/** A merge of lines that does not conflict, and is wrong. */
export interface WrongLines {
  path: string;
  files: Uint8Array[];
  sides: LineSides;
  hunks: Record<'ours' | 'theirs', DiffHunk[]>;
  content: Uint8Array;
}

/**
 * The regions of such a merge with only those changes contested that make it wrong: the entries in question where they are
 * known, else each change without which the file would be sound, with those in between where need be. null where none can
 * be told from the others, or telling needs more work than the budget allows.
 *
 * @param places in the merged text; none where only a reader could tell, and it gave up
 */
export function narrowed(wrong: WrongLines, places: readonly TextRange[], reading: DocumentReader): Region[] | null {
  try {
    return narrowedWithin(wrong, places, reading);
  } catch (error) {
    if (error instanceof WorkBudgetExceeded) return null;
    throw error;
  }
}

function narrowedWithin(wrong: WrongLines, places: readonly TextRange[], reading: DocumentReader): Region[] | null {
  const { hunks, sides, content } = wrong;
  const changes = changesOf(hunks.ours, hunks.theirs);
  const text = reading.textOf(content);
  const known =
    text === null
      ? []
      : conflictSpansAt(
          changes,
          places.map(place => linesAt(text, place)),
        );
  const contests = known.length > 0 ? known : culprits(wrong, changes, reading);
  const [first, last] = [contests[0], contests[contests.length - 1]];
  if (first === undefined || last === undefined) return null;
  const together = [{ first: first.first, last: last.last, lines: null }];
  const choices = [contests, together].map(chosen => withConflicts(changes, sides.base.ids.length, chosen));
  return choices.find(regions => isSoundWithout(wrong, regions, reading)) ?? null;
}

function culprits(wrong: WrongLines, changes: readonly LineChange[], reading: DocumentReader): ConflictSpan[] {
  const alone = changes.map((_, index) => ({ first: index, last: index, lines: null }));
  const { length } = wrong.sides.base.ids;
  return alone.filter(contest => isSoundWithout(wrong, withConflicts(changes, length, [contest]), reading));
}

/** Whether nothing is wrong with the file when every contested region is as it was in the base. */
function isSoundWithout(
  { path, files, sides }: WrongLines,
  regions: readonly Region[],
  reading: DocumentReader,
): boolean {
  const labels = { ours: '', base: '', theirs: '' };
  const content = render(
    regions,
    sides,
    labels,
    regions.filter(({ taken }) => taken === null).map(() => 'base' as const),
  );
  return findSyntaxProblem(path, content, files, reading) === null;
}
