import type { ConflictKind } from '../../model/conflict.ts';
import { brokenStructure } from './structure/broken.ts';
import { mergeStructure } from './structure/merge-structure.ts';
import { diffHunks } from './text/hunks.ts';
import { internSides, type Lines, lineBytes, type Sides } from './text/lines.ts';
import { refine } from './text/refine.ts';
import { mergeRegions, type Region, type Span } from './text/regions.ts';
import { type Labels, render } from './text/render.ts';
import { Work, WorkSpent } from './text/work.ts';

/** Enough for files of 100,000 lines that differ in thousands of places; well under a second of work. */
const budgetDefault = 60_000_000;
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
  /** Steps of work after which the answer is a conflict. @default 60_000_000 */
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
   * or YAML, where lines conflict), `none` (binary, no budget).
   */
  engine: 'trivial' | 'node-diff3' | 'structure' | 'none';
}

/**
 * Merges what two sides made of one file. Works on bytes, in process, in near-linear time, and never guesses: what is
 * not certainly right is a conflict.
 *
 * Lines keep their terminators, so CRLF and mixed files stay as they are, and a missing last newline is a difference
 * like any other. Changes of the two sides must be separated by an unchanged line; the same change on both sides is
 * one change. A file with a NUL byte is never merged as text.
 *
 * @example
 * const { clean, content } = mergeFile({ path: 'a.txt', base, ours, theirs });
 */
export function mergeFile(options: MergeFileOptions): FileMerge {
  const { path, ours, theirs } = options;
  const base = options.base ?? new Uint8Array(0);
  if (same(ours, theirs)) return taken(ours);
  if (options.base !== null && same(base, ours)) return taken(theirs);
  if (options.base !== null && same(base, theirs)) return taken(ours);
  if ([base, ours, theirs].some(isBinary)) return binaryConflict(path, { base, ours, theirs });

  const sides = internSides({ base, ours, theirs });
  const labels = { ours: 'ours', base: 'base', theirs: 'theirs', ...options.labels };
  const regions = regionsWithin(options.budget ?? budgetDefault, sides);
  if (regions === null) {
    const message = `${path} needs more work to merge than its budget allows`;
    return conflicted(wholeFile(sides), sides, labels, { kind: 'budget', message, engine: 'none' });
  }
  const contested = regions.some(region => region.taken === null);
  const content = render(regions, sides, labels);
  const broken = contested
    ? null
    : brokenStructure(path, content, options.base === null ? [ours, theirs] : [base, ours, theirs]);
  if (contested || broken !== null) {
    const structured = options.base === null ? null : mergeStructure(path, { base, ours, theirs });
    if (structured !== null) return { clean: true, content: structured, conflicts: [], engine: 'structure' };
  }
  if (contested) {
    const added = options.base === null;
    const message = added ? `both sides added ${path}` : `both sides changed the same lines of ${path}`;
    return conflicted(regions, sides, labels, { kind: added ? 'add/add' : 'content', message, engine: 'node-diff3' });
  }
  if (broken !== null) {
    const message = `the lines of ${path} merge, but then ${broken}`;
    return conflicted(wholeFile(sides), sides, labels, { kind: 'structure', message, engine: 'node-diff3' });
  }
  return { clean: true, content, conflicts: [], engine: 'node-diff3' };
}

function regionsWithin(budget: number, sides: Sides): Region[] | null {
  const work = new Work(budget);
  const { base, ours, theirs } = sides;
  try {
    const regions = mergeRegions(
      base.ids.length,
      diffHunks(base.ids, ours.ids, work),
      diffHunks(base.ids, theirs.ids, work),
    );
    return regions.flatMap(region => (region.taken === null ? refine(region, sides, work) : [region]));
  } catch (error) {
    if (error instanceof WorkSpent) return null;
    throw error;
  }
}

/** Everything between the lines that all three have in common at the head and at the tail, as one contested region. */
function wholeFile({ base, ours, theirs }: Sides): Region[] {
  const texts = [base.ids, ours.ids, theirs.ids];
  const shortest = Math.min(...texts.map(text => text.length));
  const agree = (line: (text: Int32Array) => number | undefined) => new Set(texts.map(line)).size === 1;
  let head = 0;
  while (head < shortest && agree(text => text[head])) head++;
  let tail = 0;
  while (tail < shortest - head && agree(text => text[text.length - 1 - tail])) tail++;
  const inner = (text: Int32Array): Span => ({ start: head, length: text.length - head - tail });
  return [
    { taken: 'base', span: { start: 0, length: head } },
    { taken: null, base: inner(base.ids), ours: inner(ours.ids), theirs: inner(theirs.ids) },
    { taken: 'base', span: { start: base.ids.length - tail, length: tail } },
  ];
}

function conflicted(
  regions: Region[],
  sides: Sides,
  labels: Labels,
  why: { kind: ConflictKind; message: string; engine: FileMerge['engine'] },
): FileMerge {
  const { kind, message, engine } = why;
  const side = (lines: Lines, span: Span): HunkSide => ({
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
