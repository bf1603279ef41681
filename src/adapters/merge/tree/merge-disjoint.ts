import { caseFolded } from '../case-fold.ts';
import { readable } from './merge-output.ts';
import type { ObjectDatabase } from './objects.ts';
import { diffTrees, type PathChange, readOnce, withChanges } from './tree-diff.ts';

export interface DisjointMergeRequest {
  ours: string;
  /** In the order in which they are to be folded. */
  children: readonly { base: string; theirs: string }[];
}

/**
 * Brings in as many children, from the first on, as changed nothing that another of them or ours changed. Their changes
 * are put side by side: nothing is merged, and one tree is written for all of them.
 *
 * Where a merge might see more than paths, a child counts as not disjoint: a path that is a folder of another's, and
 * additions beside a side that both added and deleted files, which may have renamed a folder they belong to.
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
 * The paths that some changes touch, and what kinds of changes there are among them. Paths that differ in case only are one
 * path, as they are on macOS and Windows.
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

/** Whether a file may have been moved. */
function moves(changes: readonly PathChange[]): boolean {
  return additions(changes) && changes.some(({ after }) => after === null);
}
