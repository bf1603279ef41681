import { caseFolded } from '../case-fold.ts';
import { readable } from './merge-output.ts';
import type { ObjectDatabase } from './objects.ts';
import { diffTrees, type PathChange, readOnce, withChanges } from './tree-diff.ts';

export interface DisjointMergeRequest {
  ours: string;
  /** In the order of merging. */
  children: readonly { base: string; theirs: string }[];
}

/**
 * Merges as many children, from the first on, as changed nothing that ours or another of them changed. Combines their
 * changes without merging content, and writes one tree for all of them.
 *
 * When a merge might consider more than paths, a child does not count as disjoint: a path that is a folder of
 * another's, and additions next to a side that both added and deleted files, which may have renamed their folder.
 */
export async function mergeDisjoint(
  objects: ObjectDatabase,
  { ours, children }: DisjointMergeRequest,
): Promise<{ treeOid: string; folded: number }> {
  const entries = readOnce(objects);
  const oursSince = new Map<string, PathChange[]>();
  const touched = new Footprint();
  const taken: PathChange[] = [];
  let folded = 0;
  for (const { base, theirs } of children) {
    const mine = oursSince.get(base) ?? (await diffTrees(entries, base, ours));
    oursSince.set(base, mine);
    const changes = await diffTrees(entries, base, theirs);
    if (Footprint.of(mine).meets(changes) || touched.meets(changes)) break;
    touched.add(changes);
    for (const change of changes) taken.push(change);
    folded++;
  }
  return { treeOid: taken.length === 0 ? ours : await withChanges(objects, ours, taken), folded };
}

/**
 * The paths that changes touch, and their kinds of changes. Paths that differ only in case are one path, as on macOS
 * and Windows.
 */
class Footprint {
  private readonly paths = new Set<string>();
  private readonly folders = new Set<string>();
  private adds = false;
  private moves = false;

  static of(changes: readonly PathChange[]): Footprint {
    const footprint = new Footprint();
    footprint.add(changes);
    return footprint;
  }

  add(changes: readonly PathChange[]): void {
    for (const path of changes.map(nameOf)) {
      this.paths.add(path);
      for (const folder of foldersOf(path)) this.folders.add(folder);
    }
    this.adds ||= additions(changes);
    this.moves ||= moves(changes);
  }

  meets(changes: readonly PathChange[]): boolean {
    if ((this.moves && additions(changes)) || (this.adds && moves(changes))) return true;
    return changes
      .map(nameOf)
      .some(
        path => this.paths.has(path) || this.folders.has(path) || foldersOf(path).some(each => this.paths.has(each)),
      );
  }
}

function nameOf({ path }: PathChange): string {
  return caseFolded(readable(path));
}

function foldersOf(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
}

function additions(changes: readonly PathChange[]): boolean {
  return changes.some(({ before }) => before === null);
}

/** Returns whether a file may have been moved. */
function moves(changes: readonly PathChange[]): boolean {
  return additions(changes) && changes.some(({ after }) => after === null);
}
