import type { AdjacentValues, ConflictKind } from '../../model/conflict.ts';
import { mergeText, type TextConflict } from './merge-text.ts';
import { type Lines, lineBytes } from './text/lines.ts';
import type { LineSpan } from './text/regions.ts';
import { type Labels, render } from './text/render.ts';

/** As git: a file with a NUL this near its beginning is not text. */
const binaryProbe = 8000;

export interface MergeFileOptions {
  /** Says how the file is to be read (`.json` must still be JSON when merged); it is not opened. */
  path: string;
  /** null when both sides added the file. */
  base: Uint8Array | null;
  ours: Uint8Array;
  theirs: Uint8Array;
  /** Names behind the conflict markers. @default { ours: 'ours', base: 'base', theirs: 'theirs' } */
  labels?: Partial<Labels>;
  /**
   * Steps of work after which keys are not looked at, or the answer is a conflict.
   * @default 10_000_000, and 100 for each line; 8_000_000 of them at most for keys
   */
  budget?: number;
}

/** One side of a conflict: whose lines (counted from 0), and their bytes. */
export interface HunkSide {
  start: number;
  length: number;
  content: Uint8Array;
}

/** One place where the sides contradict each other. */
export interface Hunk {
  kind: ConflictKind;
  base: HunkSide;
  ours: HunkSide;
  theirs: HunkSide;
  message: string;
}

export interface FileMerge {
  clean: boolean;
  /** The merged file; with diff3 markers where it is not clean. Of binary files in conflict: ours. */
  content: Uint8Array;
  conflicts: Hunk[];
  /**
   * What decided: `trivial` (at most one side changed, or both alike), `node-diff3` (lines), `structure` (keys of JSON
   * or YAML, where lines conflict or say something else), `lines-past-budget` (lines: looking at the keys needs more work
   * than the budget allows), `none` (binary, no budget).
   */
  engine: 'trivial' | 'node-diff3' | 'structure' | 'lines-past-budget' | 'none';
  /** Small maps in which each side changed other values, where keys decided: merged, and worth a look. @default none */
  adjacent?: AdjacentValues[];
}

/**
 * Merges what two sides made of one file. Works on bytes, in process, in near-linear time, and never guesses: what is
 * not certainly right is a conflict.
 *
 * Lines keep their terminators, so CRLF and mixed files stay as they are, and a missing last newline is a difference
 * like any other. Changes of the two sides must be separated by an unchanged line; the same change on both sides is
 * one change. A file with a NUL byte is never merged as text.
 *
 * It works in the calling thread, for up to about half a second: `openFileMerger` keeps large files away from it.
 *
 * @example
 * const { clean, content } = mergeFile({ path: 'a.txt', base, ours, theirs });
 */
export function mergeFile(options: MergeFileOptions): FileMerge {
  return mergeFileHere(options);
}

/**
 * As {@link mergeFile}, and not more than a part of it in this thread.
 *
 * @throws {WorkElsewhere} where that part does not suffice
 */
export function mergeFileHere(options: MergeFileOptions, here?: number): FileMerge {
  const { path, ours, theirs } = options;
  const base = options.base ?? new Uint8Array(0);
  if (same(ours, theirs)) return taken(ours);
  if (options.base !== null && same(base, ours)) return taken(theirs);
  if (options.base !== null && same(base, theirs)) return taken(ours);
  if ([base, ours, theirs].some(isBinary)) return binaryConflict(path, { base, ours, theirs });

  const merged = mergeText(options, here);
  return 'regions' in merged ? conflicted(merged) : merged;
}

function conflicted({ regions, sides, labels, kind, message, engine }: TextConflict): FileMerge {
  const side = (lines: Lines, span: LineSpan): HunkSide => ({
    ...span,
    content: lineBytes(lines, span.start, span.length),
  });
  const conflicts = regions.flatMap(region => {
    if (region.taken !== null) return [];
    const base = side(sides.base, region.base);
    return [{ kind, base, ours: side(sides.ours, region.ours), theirs: side(sides.theirs, region.theirs), message }];
  });
  return { clean: false, content: render(regions, sides, labels), conflicts, engine };
}

function binaryConflict(path: string, files: { base: Uint8Array; ours: Uint8Array; theirs: Uint8Array }): FileMerge {
  const side = (content: Uint8Array): HunkSide => ({ start: 0, length: 0, content });
  const message = `both sides changed ${path}, which is not text`;
  const { base, ours, theirs } = files;
  const conflict: Hunk = { kind: 'binary', base: side(base), ours: side(ours), theirs: side(theirs), message };
  return { clean: false, content: ours, conflicts: [conflict], engine: 'none' };
}

function taken(content: Uint8Array): FileMerge {
  return { clean: true, content, conflicts: [], engine: 'trivial' };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, binaryProbe).includes(0);
}
