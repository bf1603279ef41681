import type { ConflictKind } from '../../model/conflict.ts';
import type { FileMerge, MergeFileOptions } from './merge-file.ts';
import { brokenStructure } from './structure/broken.ts';
import { meantByKeys } from './structure/meant.ts';
import { mergeStructure } from './structure/merge-structure.ts';
import { diffHunks } from './text/hunks.ts';
import { internSides, type Sides } from './text/lines.ts';
import { refine } from './text/refine.ts';
import { mergeRegions, type Region, type Span } from './text/regions.ts';
import { type Labels, render } from './text/render.ts';
import { Work, WorkSpent } from './text/work.ts';

/**
 * For files of 100,000 lines four times what they need where both sides changed 5,000 places; the worst that can be made
 * of files of 1 MB is about a quarter of a second of work.
 */
const budgetMin = 10_000_000;
const budgetPerLine = 100;

/** A text that does not merge: its regions, contested ones among them, and why. */
export interface Contest {
  regions: Region[];
  sides: Sides;
  labels: Labels;
  kind: ConflictKind;
  message: string;
  engine: FileMerge['engine'];
}

/** Merges the lines of three texts that differ from each other: the merge, or what stands against it. */
export function mergeText(options: MergeFileOptions): FileMerge | Contest {
  const { path, ours, theirs } = options;
  const base = options.base ?? new Uint8Array(0);
  const sides = internSides({ base, ours, theirs });
  const scene = { sides, labels: { ours: 'ours', base: 'base', theirs: 'theirs', ...options.labels } };
  const regions = regionsWithin(options.budget ?? budgetOf(sides), sides);
  if (regions === null) {
    const message = `${path} needs more work to merge than its budget allows`;
    return { ...scene, regions: wholeFile(sides), kind: 'budget', message, engine: 'none' };
  }
  const contested = regions.some(region => region.taken === null);
  const content = render(regions, sides, scene.labels);
  const all = options.base === null ? [ours, theirs] : [base, ours, theirs];
  const broken = contested ? null : brokenStructure(path, content, all);
  if (!contested && broken === null) {
    const meant = options.base === null ? null : meantByKeys(path, content, { base, ours, theirs });
    if (meant === null) return { clean: true, content, conflicts: [], engine: 'node-diff3' };
    return { clean: true, content: meant, conflicts: [], engine: 'structure' };
  }
  const structured = options.base === null ? null : mergeStructure(path, { base, ours, theirs });
  if (structured !== null) return { clean: true, content: structured, conflicts: [], engine: 'structure' };
  const engine = 'node-diff3';
  if (broken !== null) {
    const message = `the lines of ${path} merge, but then ${broken}`;
    return { ...scene, regions: wholeFile(sides), kind: 'structure', message, engine };
  }
  const added = options.base === null;
  const message = added ? `both sides added ${path}` : `both sides changed the same lines of ${path}`;
  return { ...scene, regions, kind: added ? 'add/add' : 'content', message, engine };
}

function budgetOf({ base, ours, theirs }: Sides): number {
  return budgetMin + budgetPerLine * (base.ids.length + ours.ids.length + theirs.ids.length);
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
