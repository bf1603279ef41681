import type { DocumentReader } from './structure/document-reader.ts';
import { linesAt, type TextRange } from './structure/ranges.ts';
import { findSyntaxProblem } from './structure/syntax-check.ts';
import { combineChanges, type LineChange } from './text/changes.ts';
import { type ConflictSpan, conflictSpansAt, withConflicts } from './text/conflict-regions.ts';
import type { DiffHunk } from './text/hunks.ts';
import type { LineSides } from './text/lines.ts';
import type { Region } from './text/regions.ts';
import { render } from './text/render.ts';
import { WorkBudgetExceeded } from './text/work-budget.ts';

/** A merge of lines without conflicts whose result is wrong. */
export interface WrongLines {
  path: string;
  files: Uint8Array[];
  sides: LineSides;
  hunks: Record<'ours' | 'theirs', DiffHunk[]>;
  content: Uint8Array;
}

/**
 * Narrows such a merge to the changes that make it wrong: the entries in question if they are known, else each change
 * without which the file would be valid, with those in between if needed. null when they cannot be determined, or not
 * within the budget.
 *
 * @param places in the merged text; empty when only a parser noticed, which stopped
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
  const changes = combineChanges(hunks.ours, hunks.theirs);
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

/** Returns whether the file is valid when every conflict region has its base content. */
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
