/**
 * Structured files that git merged, or could not merge. git sees lines: it may duplicate a key, and report conflicts
 * where keys have none.
 */

import type { FileMerge } from '../file-merge.ts';
import type { RecheckResult } from '../structural-recheck.ts';
import type { MergeThread } from '../thread/file-merger.ts';
import type { Stages } from './conflicts.ts';
import { entryAt } from './entry-at.ts';
import { type BytePath, readable } from './merge-output.ts';
import type { ObjectDatabase, TreeEntry } from './objects.ts';
import { findOrigins, type Trees } from './origins.ts';
import type { Repository } from './repository.ts';

export interface RecheckContext {
  repository: Repository;
  objects: ObjectDatabase;
  thread: MergeThread;
  trees: Trees;
}

/** Merges a file of two sides again: with our hunks and markers, and by keys if it has some. */
export async function mergeStages(
  { objects, thread }: Pick<RecheckContext, 'objects' | 'thread'>,
  path: BytePath,
  { 1: base, 2: ours, 3: theirs }: Stages,
  theirsName: string,
): Promise<FileMerge | null> {
  if (ours === undefined || theirs === undefined) return null;
  if (![base, ours, theirs].every(stage => stage === undefined || stage.mode.startsWith('100'))) return null;
  const [b, o, t] = await Promise.all([
    base === undefined ? null : objects.content(base.oid),
    objects.content(ours.oid),
    objects.content(theirs.oid),
  ]);
  const labels = { theirs: theirsName };
  return await thread.run('mergeFile', { path: readable(path), base: b, ours: o, theirs: t, labels });
}

/** git's merge of a structured file: invalid, valid with another meaning than its keys, or not checked. */
export type StructuralConflict = { entry: TreeEntry; stages: Stages } & NonNullable<RecheckResult>;

/** Returns a file whose merge by lines was misleading, with its sides, to be merged again. */
export async function findStructuralConflict(
  context: RecheckContext,
  tree: string,
  path: BytePath,
): Promise<StructuralConflict | null> {
  const { objects, thread } = context;
  const entry = await entryAt(objects, tree, path);
  if (entry === null || !entry.mode.startsWith('100')) return null;
  const name = readable(path);
  const origins = await findOrigins(context, path);
  const stages = stagesOf(origins, path);
  const read = (side: TreeEntry | null) => (side === null ? null : objects.content(side.oid));
  const [content, base, ours, theirs] = await Promise.all([
    objects.content(entry.oid),
    read(origins.base),
    read(origins.ours),
    read(origins.theirs),
  ]);
  const found = await thread.run('recheckStructure', { path: name, content, base, ours, theirs });
  return found === null ? null : { entry, stages, ...found };
}

function stagesOf(origins: Record<keyof Trees, TreeEntry | null>, path: BytePath): Stages {
  const numbered = [origins.base, origins.ours, origins.theirs].flatMap((entry, index) =>
    entry === null ? [] : [[index + 1, { mode: entry.mode, oid: entry.oid, stage: index + 1, path }] as const],
  );
  return Object.fromEntries(numbered) as Stages;
}
