import type { BytePath } from './merge-output.ts';
import { isDirectory, type ObjectDatabase, type TreeEntry } from './objects.ts';

/** The change of one path between two trees; null for an absent side. Folders appear as their files. */
export interface PathChange {
  path: BytePath;
  before: TreeEntry | null;
  after: TreeEntry | null;
}

/** Reads entries of trees; several diffs from one base share one. */
export type ReadEntries = (tree: string) => Promise<TreeEntry[]>;

export function readOnce(objects: ObjectDatabase): ReadEntries {
  const read = new Map<string, Promise<TreeEntry[]>>();
  return tree => {
    const found = read.get(tree) ?? objects.entries(tree);
    read.set(tree, found);
    return found;
  };
}

/** Returns the differences of two trees, without reading equal folders. */
export async function diffTrees(
  entries: ReadEntries,
  before: string | null,
  after: string | null,
  folder: BytePath = '',
): Promise<PathChange[]> {
  if (before === after) return [];
  const [old, fresh] = await Promise.all([before, after].map(tree => (tree === null ? [] : entries(tree))));
  const left = new Map(old?.map(entry => [entry.name, entry]));
  const right = new Map(fresh?.map(entry => [entry.name, entry]));
  const differing = [...new Set([...left.keys(), ...right.keys()])].filter(name => {
    const [a, b] = [left.get(name), right.get(name)];
    return a?.oid !== b?.oid || a?.mode !== b?.mode;
  });
  const found = await Promise.all(
    differing.map(async name => {
      const path = `${folder}${name}`;
      const sides = [left.get(name) ?? null, right.get(name) ?? null] as const;
      const [a, b] = sides.map(entry => (entry !== null && !isDirectory(entry) ? entry : null));
      const [treeA = null, treeB = null] = sides.map(entry =>
        entry !== null && isDirectory(entry) ? entry.oid : null,
      );
      const own = a == null && b == null ? [] : [{ path, before: a ?? null, after: b ?? null }];
      return treeA === null && treeB === null ? own : [...own, ...(await diffTrees(entries, treeA, treeB, `${path}/`))];
    }),
  );
  return found.flat();
}

/** Returns the tree with the changes applied; empty folders are removed. */
export async function withChanges(
  objects: ObjectDatabase,
  tree: string,
  changes: readonly PathChange[],
): Promise<string> {
  return (await changedTree(objects, tree, changes, tree)) ?? objects.writeTree([], tree);
}

async function changedTree(
  objects: ObjectDatabase,
  tree: string | null,
  changes: readonly PathChange[],
  like: string,
): Promise<string | null> {
  const entries = new Map((tree === null ? [] : await objects.entries(tree)).map(entry => [entry.name, entry]));
  const inside = new Map<string, PathChange[]>();
  for (const change of changes) {
    const slash = change.path.indexOf('/');
    const name = slash === -1 ? change.path : change.path.slice(0, slash);
    if (slash !== -1) {
      const group = inside.get(name) ?? [];
      group.push({ ...change, path: change.path.slice(slash + 1) });
      inside.set(name, group);
    } else if (change.after !== null) entries.set(name, change.after);
    else if (!isFolder(entries.get(name))) entries.delete(name);
  }
  const folders = await Promise.all(
    [...inside].map(async ([name, group]) => {
      const existing = entries.get(name);
      return [name, await changedTree(objects, isFolder(existing) ? existing.oid : null, group, like)] as const;
    }),
  );
  for (const [name, oid] of folders) {
    if (oid !== null) entries.set(name, { mode: '40000', name, oid });
    else if (isFolder(entries.get(name))) entries.delete(name);
  }
  return entries.size === 0 ? null : objects.writeTree([...entries.values()], like);
}

function isFolder(entry: TreeEntry | undefined): entry is TreeEntry {
  return entry !== undefined && isDirectory(entry);
}
