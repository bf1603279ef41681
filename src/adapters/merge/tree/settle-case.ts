import type { Conflict } from '../../../model/conflict.ts';
import { type CaseClash, findCaseClashes } from './case-clashes.ts';
import { conflictRecord, type MergeOf, type Stages } from './conflicts.ts';
import { entryAt } from './entry-at.ts';
import { type BytePath, readable, type Stage } from './merge-output.ts';
import { isDirectory } from './objects.ts';
import type { Scene } from './second-look.ts';
import { type PathChange, readOnce } from './tree-diff.ts';

export interface SettledClash {
  path: BytePath;
  changes: PathChange[];
  conflict: Conflict;
}

/**
 * Conflicts of the paths that differ in case only, one added by each side: a checkout on macOS or Windows can hold one of
 * them. The tree keeps ours; theirs is in the conflict. Of a file and a folder the tree keeps both.
 *
 * @param tree what the merge gave
 * @param contested paths that are in conflict already
 */
export async function settleCaseClashes(
  { objects, trees }: Scene,
  tree: string,
  contested: ReadonlySet<BytePath>,
  of: MergeOf,
): Promise<SettledClash[]> {
  const settled: SettledClash[] = [];
  for (const clash of await findCaseClashes(readOnce(objects), trees)) {
    const paths = [clash.ours.path, clash.theirs.path];
    const there = await Promise.all(paths.map(path => entryAt(objects, tree, path)));
    if (paths.some(path => contested.has(path)) || there.includes(null)) continue;
    settled.push(settledClash(clash, of));
  }
  return settled;
}

function settledClash({ ours, theirs }: CaseClash, of: MergeOf): SettledClash {
  const path = isDirectory(ours.entry) ? theirs.path : ours.path;
  const files = [ours, theirs].every(({ entry }) => !isDirectory(entry));
  const changes = files ? [{ path: theirs.path, before: theirs.entry, after: null }] : [];
  const stages: Stages = {};
  const stage = (number: 2 | 3, side: CaseClash['ours']): Stage => ({ ...side.entry, path: side.path, stage: number });
  if (!isDirectory(ours.entry)) stages[2] = stage(2, ours);
  if (!isDirectory(theirs.entry)) stages[3] = stage(3, theirs);
  const message = `ours added ${readable(ours.path)}, and ${of.theirsPlanId} added ${readable(theirs.path)}; the names differ in case only`;
  const facts = { kind: 'case', path, markedOid: null, message, merged: null } as const;
  return { path, changes, conflict: conflictRecord({ path, stages, messages: [] }, of, facts) };
}
