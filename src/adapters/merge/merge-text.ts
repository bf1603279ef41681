import type { ConflictKind } from '../../model/conflict.ts';
import type { FileMerge, MergeFileOptions } from './file-merge.ts';
import { narrowed } from './narrow-conflict.ts';
import { clashesAtHead } from './structure/clash-at-head.ts';
import { DocumentReader } from './structure/document-reader.ts';
import { type KeyMerge, mergeStructure } from './structure/merge-structure.ts';
import { readSides } from './structure/structured-sides.ts';
import { hasSyntaxCheck } from './structure/syntax-check.ts';
import { mergeByKeysIfDifferent } from './structure/verify-by-keys.ts';
import { type DiffHunk, diffHunks } from './text/hunks.ts';
import { internSides, type LineSides } from './text/lines.ts';
import { refine } from './text/refine.ts';
import { type LineSpan, mergeRegions, type Region } from './text/regions.ts';
import { type Labels, render } from './text/render.ts';
import { WorkBudget, WorkBudgetExceeded } from './text/work-budget.ts';

/**
 * For files of 100,000 lines this is four times what they need when both sides changed 5,000 places; the worst case
 * for files of 1 MB is about a quarter of a second.
 */
const budgetMin = 10_000_000;
const budgetPerLine = 100;
/** Bytes split into lines and numbered per step. */
const bytesPerStep = 8;

/** A text in conflict: its regions, and the reason. */
export interface TextConflict {
  regions: Region[];
  sides: LineSides;
  labels: Labels;
  kind: ConflictKind;
  message: string;
  engine: FileMerge['engine'];
}

/** Merges the lines of three different texts; returns the merge or the conflict. */
export function mergeText(options: MergeFileOptions, here?: number): FileMerge | TextConflict {
  const { path, ours, theirs } = options;
  const base = options.base ?? new Uint8Array(0);
  new WorkBudget(Number.POSITIVE_INFINITY, here).weigh((base.length + ours.length + theirs.length) / bytesPerStep);
  const sides = internSides({ base, ours, theirs });
  const labels = { ours: 'ours', base: 'base', theirs: 'theirs', ...options.labels };
  const work = new WorkBudget(options.budget ?? budgetOf(sides), here);
  const found = linesWithin(work, sides);
  if (found === null) {
    const message = `${path} needs more work to merge than its budget allows`;
    return { sides, labels, regions: wholeFile(sides), kind: 'budget', message, engine: 'none' };
  }
  const lines = { options, sides, labels, ...found, content: render(found.regions, sides, labels) };
  if (!hasSyntaxCheck(path)) return byLines(lines, 'node-diff3');
  try {
    return byKeys(lines, new DocumentReader(work)) ?? byLines(lines, 'node-diff3');
  } catch (error) {
    if (error instanceof WorkBudgetExceeded) return byLines(lines, 'lines-past-budget');
    throw error;
  }
}

/** The result of a merge of lines. */
interface LineMerge {
  options: MergeFileOptions;
  sides: LineSides;
  labels: Labels;
  regions: Region[];
  hunks: Record<'ours' | 'theirs', DiffHunk[]>;
  content: Uint8Array;
}

function byLines(
  { options: { path, base }, sides, labels, regions, content }: LineMerge,
  engine: FileMerge['engine'],
): FileMerge | TextConflict {
  if (!hasConflict(regions)) return { clean: true, content, conflicts: [], engine };
  const added = base === null;
  const message = added ? `both sides added ${path}` : `both sides changed the same lines of ${path}`;
  return { sides, labels, regions, kind: added ? 'add/add' : 'content', message, engine };
}

/** Returns the result by keys when they decide; null when lines do. @throws {WorkBudgetExceeded} */
function byKeys(lines: LineMerge, reading: DocumentReader): FileMerge | TextConflict | null {
  const { options, sides, labels, content } = lines;
  const { path, base, ours, theirs } = options;
  if (hasConflict(lines.regions)) {
    const files = base === null ? null : { base, ours, theirs };
    const keyed = files === null || clashesAtHead(path, files, reading) ? null : readSides(path, files, reading);
    const merged = keyed === null ? null : mergeStructure(keyed, reading);
    return merged === null ? null : keyMerge(merged);
  }
  const found = mergeByKeysIfDifferent(path, content, { base, ours, theirs }, reading);
  if (found === null) return null;
  if (found.problem === null) {
    if (found.content !== null) return keyMerge(found);
    return { clean: true, content, conflicts: [], engine: 'node-diff3', adjacent: found.adjacent };
  }
  const files = base === null ? [ours, theirs] : [base, ours, theirs];
  const regions = narrowed({ path, files, sides, hunks: lines.hunks, content }, found.places, reading);
  const message = `the lines of ${path} merge, but then ${found.problem}`;
  return { sides, labels, regions: regions ?? wholeFile(sides), kind: 'structure', message, engine: 'node-diff3' };
}

function keyMerge({ content, adjacent }: KeyMerge): FileMerge {
  const merge: FileMerge = { clean: true, content, conflicts: [], engine: 'structure' };
  return adjacent.length === 0 ? merge : { ...merge, adjacent };
}

function hasConflict(regions: readonly Region[]): boolean {
  return regions.some(region => region.taken === null);
}

function budgetOf({ base, ours, theirs }: LineSides): number {
  return budgetMin + budgetPerLine * (base.ids.length + ours.ids.length + theirs.ids.length);
}

function linesWithin(work: WorkBudget, sides: LineSides): Pick<LineMerge, 'regions' | 'hunks'> | null {
  const { base, ours, theirs } = sides;
  try {
    const hunks = { ours: diffHunks(base.ids, ours.ids, work), theirs: diffHunks(base.ids, theirs.ids, work) };
    const found = mergeRegions(base.ids.length, hunks.ours, hunks.theirs);
    return {
      hunks,
      regions: found.flatMap(region => (region.taken === null ? refine(region, sides, work) : [region])),
    };
  } catch (error) {
    if (error instanceof WorkBudgetExceeded) return null;
    throw error;
  }
}

/** Returns everything between the common head and tail of all three as one conflict region. */
function wholeFile({ base, ours, theirs }: LineSides): Region[] {
  const texts = [base.ids, ours.ids, theirs.ids];
  const shortest = Math.min(...texts.map(text => text.length));
  const agree = (line: (text: Int32Array) => number | undefined) => new Set(texts.map(line)).size === 1;
  let head = 0;
  while (head < shortest && agree(text => text[head])) head++;
  let tail = 0;
  while (tail < shortest - head && agree(text => text[text.length - 1 - tail])) tail++;
  const inner = (text: Int32Array): LineSpan => ({ start: head, length: text.length - head - tail });
  return [
    { taken: 'base', span: { start: 0, length: head } },
    { taken: null, base: inner(base.ids), ours: inner(ours.ids), theirs: inner(theirs.ids) },
    { taken: 'base', span: { start: base.ids.length - tail, length: tail } },
  ];
}
