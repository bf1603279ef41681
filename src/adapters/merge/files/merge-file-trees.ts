import { caseFolded } from '../case-fold.ts';
import type { Labels } from '../text/render.ts';
import { type FileEntry, type FileTree, type FileTreeMerge, sameEntry } from './file-tree.ts';
import { mergeEntry } from './merge-entry.ts';
import { findFolderRenames, findRenames, foldersOf } from './renames.ts';

/** Options of {@link mergeFileTrees}. */
export interface MergeFileTreesOptions {
  base: FileTree;
  ours: FileTree;
  theirs: FileTree;
  /** Names after conflict markers, and in names of files that must move aside. @default ours, base, theirs */
  labels?: Partial<Labels>;
}

/** One path of the result, with each side's file. */
interface Cell {
  base: FileEntry | null;
  ours: FileEntry | null;
  theirs: FileEntry | null;
  /** Why it is a conflict whatever its content. */
  rename: string | null;
}

type Side = 'ours' | 'theirs';

/**
 * Merges trees of files without git, in process, like git's merge-ort: additions, deletions, renames (also of changed
 * files and of folders), modes, symbolic links, binaries, file/folder conflicts. Anything ambiguous is a conflict.
 *
 * @example
 * const { clean, tree, conflicts } = mergeFileTrees({ base, ours, theirs });
 */
export function mergeFileTrees(options: MergeFileTreesOptions): FileTreeMerge {
  const labels = { ours: 'ours', base: 'base', theirs: 'theirs', ...options.labels };
  const merge: FileTreeMerge = { clean: true, tree: new Map(), conflicts: [], engines: {} };
  for (const [path, cell] of cellsOf(options)) mergeEntry({ merge, path, cell, labels });
  setAside(merge, options, labels);
  refuseCaseClashes(merge, options);
  merge.clean = merge.conflicts.length === 0;
  return merge;
}

function cellsOf({ base, ours, theirs }: MergeFileTreesOptions): Map<string, Cell> {
  const renames = { ours: findRenames(base, ours), theirs: findRenames(base, theirs) };
  const sides = { ours, theirs };
  const cells = new Map<string, Cell>();
  const used = { ours: new Set<string>(), theirs: new Set<string>() };
  const put = (path: string, cell: Cell) => {
    const there = cells.get(path);
    cells.set(path, there === undefined ? cell : collided(path, there, cell));
  };
  const placeOf = (side: Side, path: string) => {
    const place = renames[side].get(path) ?? (sides[side].has(path) ? path : null);
    if (place !== null) used[side].add(place);
    return place;
  };
  const entryAt = (side: Side, path: string | null) => (path === null ? null : (sides[side].get(path) as FileEntry));

  for (const [path, entry] of base) {
    const [o, t] = [placeOf('ours', path), placeOf('theirs', path)];
    const [mine, other] = [entryAt('ours', o), entryAt('theirs', t)];
    if (o !== t && o !== null && t !== null && o !== path && t !== path) {
      const rename = `${path} was renamed to ${o} in ours and to ${t} in theirs`;
      put(path, { base: entry, ours: null, theirs: null, rename });
      put(o, { base: null, ours: mine, theirs: null, rename });
      put(t, { base: null, ours: null, theirs: other, rename });
      continue;
    }
    const place = [o, t].find(each => each !== null && each !== path) ?? path;
    const lost = place !== path && (o === null || t === null);
    const rename = lost ? `${path} was renamed to ${place} on one side and deleted on the other` : null;
    if (o !== null || t !== null) put(place, { base: entry, ours: mine, theirs: other, rename });
  }
  for (const side of ['ours', 'theirs'] as const) {
    const other = side === 'ours' ? 'theirs' : 'ours';
    const folders = findFolderRenames(sides[other], renames[other]);
    const own = findFolderRenames(sides[side], renames[side]);
    for (const [path, entry] of sides[side]) {
      if (used[side].has(path)) continue;
      const moved = movedWith(path, folders, own);
      const cell = { base: null, ours: null, theirs: null, rename: moved?.message ?? null };
      put(moved?.path ?? path, { ...cell, [side]: entry });
    }
  }
  return cells;
}

/** Two files arrive at one path: additions of both sides merge; renamed files conflict. */
function collided(path: string, a: Cell, b: Cell): Cell {
  const added = (cell: Cell) => cell.base === null && cell.rename === null;
  const cell = { base: null, ours: a.ours ?? b.ours, theirs: a.theirs ?? b.theirs };
  if (added(a) && added(b)) return { ...cell, rename: null };
  return {
    ...cell,
    rename: a.rename ?? b.rename ?? `${path} was renamed on one side to a path that exists on the other`,
  };
}

/** A new file in a folder that the other side renamed: only a person can say whether it belongs in the new one. */
function movedWith(
  path: string,
  folders: ReadonlyMap<string, string | null>,
  own: ReadonlyMap<string, string | null>,
): { path: string; message: string } | null {
  const folder = foldersOf(path)
    .reverse()
    .find(each => folders.has(each));
  if (folder === undefined || own.has(folder)) return null;
  const target = folders.get(folder) ?? null;
  const message = `${path} was added in a folder that the other side renamed`;
  if (target === null) return { path, message };
  return { path: target === '' ? path.slice(folder.length + 1) : target + path.slice(folder.length), message };
}

/** A file cannot be where a folder is: it gets a name with its side. */
function setAside(merge: FileTreeMerge, { ours }: MergeFileTreesOptions, labels: Labels): void {
  const folders = new Set([...merge.tree.keys()].flatMap(foldersOf));
  for (const [path, entry] of [...merge.tree]) {
    if (!folders.has(path)) continue;
    merge.tree.delete(path);
    const side = sameEntry(ours.get(path), entry) ? 'ours' : 'theirs';
    const name = `${path}~${labels[side].replaceAll('/', '_')}`;
    merge.tree.set(name, entry);
    const message = `${path} is a file in ${side} and a folder on the other side`;
    const none = { base: null, ours: null, theirs: null, hunks: [] };
    merge.conflicts = merge.conflicts.filter(conflict => conflict.path !== path);
    merge.conflicts.push({ ...none, [side]: entry, path: name, kind: 'type', message });
  }
}

/** Files that differ only in case, one added by each side: the tree keeps ours, and theirs is in the conflict. */
function refuseCaseClashes({ tree, conflicts }: FileTreeMerge, { base, ours, theirs }: MergeFileTreesOptions): void {
  const contested = new Set(conflicts.map(({ path }) => path));
  const addedBy = (side: FileTree, other: FileTree) =>
    [...side].filter(([path]) => tree.has(path) && !contested.has(path) && !base.has(path) && !other.has(path));
  const mine = new Map(addedBy(ours, theirs).map(([path, entry]) => [caseFolded(path), { path, entry }]));
  for (const [path, entry] of addedBy(theirs, ours)) {
    const own = mine.get(caseFolded(path));
    if (own === undefined) continue;
    tree.delete(path);
    const message = `ours added ${own.path}, and theirs added ${path}; the names differ in case only`;
    conflicts.push({ path: own.path, kind: 'case', base: null, ours: own.entry, theirs: entry, hunks: [], message });
  }
}
