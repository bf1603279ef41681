import type { Conflict } from '../../../model/conflict.ts';
import type { CaseClash } from './case-clashes.ts';
import { conflictRecord, type MergeSource, type Stages } from './conflicts.ts';
import { entryAt } from './entry-at.ts';
import { type BytePath, type IndexStage, type MergeTreeOutput, readable } from './merge-output.ts';
import { isDirectory, type ObjectDatabase } from './objects.ts';
import type { PathChange } from './tree-diff.ts';

export interface ResolvedClash {
  path: BytePath;
  changes: PathChange[];
  conflict: Conflict;
}

/**
 * Returns conflicts of paths that differ only in case, one added by each side: a checkout on macOS or Windows can
 * have only one of them. The tree keeps ours; theirs is in the conflict. Of a file and a folder the tree keeps both.
 *
 * @param contested paths that are already in conflict
 */
export async function resolveCaseClashes(
  {
    objects,
    output: { tree },
    of,
  }: { objects: ObjectDatabase; output: Pick<MergeTreeOutput, 'tree'>; of: MergeSource },
  clashes: readonly CaseClash[],
  contested: ReadonlySet<BytePath>,
): Promise<ResolvedClash[]> {
  const resolved: ResolvedClash[] = [];
  for (const clash of clashes) {
    const paths = [clash.ours.path, clash.theirs.path];
    const there = await Promise.all(paths.map(path => entryAt(objects, tree, path)));
    if (paths.some(path => contested.has(path)) || there.includes(null)) continue;
    resolved.push(resolveClash(clash, of));
  }
  return resolved;
}

function resolveClash({ ours, theirs }: CaseClash, of: MergeSource): ResolvedClash {
  const path = isDirectory(ours.entry) ? theirs.path : ours.path;
  const files = [ours, theirs].every(({ entry }) => !isDirectory(entry));
  const changes = files ? [{ path: theirs.path, before: theirs.entry, after: null }] : [];
  const stages: Stages = {};
  const stage = (number: 2 | 3, side: CaseClash['ours']): IndexStage => ({
    ...side.entry,
    path: side.path,
    stage: number,
  });
  if (!isDirectory(ours.entry)) stages[2] = stage(2, ours);
  if (!isDirectory(theirs.entry)) stages[3] = stage(3, theirs);
  const message = `ours added ${readable(ours.path)}, and ${of.theirsPlanId} added ${readable(theirs.path)}; the names differ in case only`;
  const clash = { kind: 'case', path, markedOid: null, message, merged: null } as const;
  return { path, changes, conflict: conflictRecord({ path, stages, messages: [] }, of, clash) };
}
