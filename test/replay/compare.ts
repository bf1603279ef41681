import { type FileMerge, mergeFile } from '../../src/merge.ts';
import { Conflict } from '../../src/model/conflict.ts';
import { suggestResolutions } from '../../src/model/suggestion.ts';
import type { GitMergeResult } from '../adapters/merge/git-merge-file.ts';
import { findLostLines } from './lost-lines.ts';
import type { MergeCase } from './merge-cases.ts';
import { findResolution, type HunkResolution } from './resolution.ts';
import { isSemanticallyEqual } from './semantic-equality.ts';

/** How the three answers to one merge of a file stand to each other. */
export interface FileComparison {
  of: MergeCase;
  /** Lines alone, against git. */
  lines: 'same' | 'other bytes' | 'conflict in both' | 'conflict only ours' | 'conflict only git';
  /** Where lines conflict, or merge to what is broken, and the name says how to read it: what came of the keys. */
  keys: 'not asked' | 'as recorded' | 'same meaning' | 'other' | 'conflict';
  /** A merge clean in git's eyes that no longer parses, or has a key twice. */
  invalid: boolean;
  /** A clean merge of lines, against what was recorded. */
  right: boolean | null;
  /** Lines a side added and the clean merge has not. */
  lost: string[];
  resolutions: HunkResolution[];
  engine: FileMerge['engine'];
  /** Processor time. */
  milliseconds: number;
}

export function compareFile(of: MergeCase, git: GitMergeResult): FileComparison {
  const { path, base, ours, theirs, recorded } = of;
  const plain = mergeFile({ path: 'lines', base, ours, theirs });
  const before = process.cpuUsage();
  const merged = mergeFile({ path, base, ours, theirs });
  const { user, system } = process.cpuUsage(before);
  return {
    of,
    lines: agreement(plain, git),
    keys: keysOf(merged, plain, of),
    invalid: git.clean && plain.clean && (merged.engine === 'structure' || !merged.clean),
    right: plain.clean && recorded !== null ? Buffer.compare(plain.content, recorded) === 0 : null,
    lost: merged.clean ? findLostLines({ base, ours, theirs, merged: merged.content }) : [],
    resolutions: merged.clean || recorded === null ? [] : conflictResolutions(merged, ours, recorded),
    engine: merged.engine,
    milliseconds: (user + system) / 1000,
  };
}

function agreement(plain: FileMerge, git: GitMergeResult): FileComparison['lines'] {
  if (plain.clean && git.clean) return Buffer.compare(plain.content, git.content) === 0 ? 'same' : 'other bytes';
  if (plain.clean) return 'conflict only git';
  return git.clean ? 'conflict only ours' : 'conflict in both';
}

function keysOf(merged: FileMerge, plain: FileMerge, { path, recorded }: MergeCase): FileComparison['keys'] {
  if (merged.engine !== 'structure') return plain.clean === merged.clean ? 'not asked' : 'conflict';
  if (recorded === null) return 'other';
  if (Buffer.compare(merged.content, recorded) === 0) return 'as recorded';
  return isSemanticallyEqual(path, merged.content, recorded) ? 'same meaning' : 'other';
}

function conflictResolutions(merged: FileMerge, ours: Buffer, recorded: Buffer): HunkResolution[] {
  const texts = merged.conflicts.map(({ base, ours: mine, theirs }) => ({
    base: textOf(base.content),
    ours: textOf(mine.content),
    theirs: textOf(theirs.content),
  }));
  const takes = new Map(suggestResolutions(conflictOf(merged), texts).map(({ hunk, take }) => [hunk, take]));
  return merged.conflicts.map((hunk, index) =>
    findResolution({ text: texts[index] as (typeof texts)[number], hunk, ours, recorded, take: takes.get(index + 1) }),
  );
}

function conflictOf({ conflicts }: FileMerge): Conflict {
  const emptySide = { oid: null, mode: null };
  const span = ({ start, length }: { start: number; length: number }) => ({ start, length });
  return Conflict.parse({
    ...{ conflictId: 'x', alias: 'main', path: 'x', kind: 'content', markedOid: null, message: '' },
    ...{ base: emptySide, ours: emptySide, theirs: emptySide },
    hunks: conflicts.map(({ base, ours, theirs }) => ({
      ...{ base: span(base), ours: span(ours), theirs: span(theirs), taken: null },
    })),
  });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
