import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { FileEntry, FileTree } from './file-tree.ts';
import { type Fingerprint, fingerprint, similarity } from './similarity.ts';

/** As git: half of a file must have stayed; three quarters where only the name is looked at. */
const similarMin = 0.5;
const sameNameMin = 0.75;
/** Comparisons of contents at most; above that only files that did not change are followed. */
const pairsMax = 250_000;

/**
 * Where files of the base went on one side: old path → new path. First those with the same content, then those that
 * kept a name which is there once, then the most similar ones.
 */
export function findRenames(base: FileTree, side: FileTree): Map<string, string> {
  const gone = new Map([...base].filter(([path]) => !side.has(path)));
  const fresh = new Map([...side].filter(([path]) => !base.has(path)));
  const renames = new Map<string, string>();
  const take = (from: string, to: string) => {
    renames.set(from, to);
    gone.delete(from);
    fresh.delete(to);
  };
  takeExact(gone, fresh, take);
  if (gone.size * fresh.size <= pairsMax) takeSimilar(gone, fresh, take);
  return renames;
}

type Files = Map<string, FileEntry>;
type Take = (from: string, to: string) => void;

function takeExact(gone: Files, fresh: Files, take: Take): void {
  const byContent = new Map<string, string[]>();
  for (const [path, entry] of gone) {
    const key = keyOf(entry);
    byContent.set(key, [...(byContent.get(key) ?? []), path]);
  }
  for (const [to, entry] of [...fresh]) {
    const from = byContent.get(keyOf(entry))?.filter(path => gone.has(path)) ?? [];
    const best = from.find(path => posix.basename(path) === posix.basename(to)) ?? from[0];
    if (best !== undefined && entry.content.length > 0) take(best, to);
  }
}

function takeSimilar(gone: Files, fresh: Files, take: Take): void {
  const known = new Map<FileEntry, Fingerprint>();
  const printOf = (entry: FileEntry) => {
    const found = known.get(entry) ?? fingerprint(entry.content);
    known.set(entry, found);
    return found;
  };
  const score = (from: string, to: string) => {
    const [a, b] = [gone.get(from), fresh.get(to)];
    if (a === undefined || b === undefined || typeOf(a) !== typeOf(b) || typeOf(a) !== '100') return 0;
    return similarity(printOf(a), printOf(b));
  };
  const [left, right] = [onceByName(gone.keys()), onceByName(fresh.keys())];
  for (const [name, from] of left) {
    const to = right.get(name);
    if (to !== undefined && score(from, to) >= sameNameMin) take(from, to);
  }
  const pairs = [...gone.keys()].flatMap(from => [...fresh.keys()].map(to => ({ from, to, score: score(from, to) })));
  const sameName = ({ from, to }: { from: string; to: string }) => Number(posix.basename(from) === posix.basename(to));
  pairs.sort((a, b) => b.score - a.score || sameName(b) - sameName(a));
  for (const { from, to, score: found } of pairs) {
    if (found >= similarMin && gone.has(from) && fresh.has(to)) take(from, to);
  }
}

/** Names that stand at the end of one path only. */
function onceByName(paths: Iterable<string>): Map<string, string> {
  const found = new Map<string, string | null>();
  for (const path of paths) {
    const name = posix.basename(path);
    found.set(name, found.has(name) ? null : path);
  }
  return new Map([...found].filter((entry): entry is [string, string] => entry[1] !== null));
}

function keyOf(entry: FileEntry): string {
  return `${typeOf(entry)}:${createHash('sha1').update(entry.content).digest('hex')}`;
}

function typeOf({ mode }: FileEntry): string {
  return mode.slice(0, 3);
}

/** Where a folder went when all that was in it left: old folder → new one; null where it went in several directions. */
export function findFolderRenames(side: FileTree, renames: ReadonlyMap<string, string>): Map<string, string | null> {
  const counts = new Map<string, Map<string, number>>();
  for (const [from, to] of renames) {
    let [old, fresh] = [folderOf(from), folderOf(to)];
    while (old !== '' && old !== fresh) {
      const targets = counts.get(old) ?? new Map<string, number>();
      counts.set(old, targets.set(fresh, (targets.get(fresh) ?? 0) + 1));
      if (fresh === '' || posix.basename(old) !== posix.basename(fresh)) break;
      [old, fresh] = [folderOf(old), folderOf(fresh)];
    }
  }
  const left = new Set([...side.keys()].flatMap(foldersOf));
  return new Map(
    [...counts]
      .filter(([old]) => !left.has(old))
      .map(([old, targets]) => {
        const [first, second] = [...targets].sort(([, a], [, b]) => b - a);
        return [old, first === undefined || first[1] === second?.[1] ? null : first[0]];
      }),
  );
}

export function foldersOf(path: string): string[] {
  const folder = folderOf(path);
  return folder === '' ? [] : [...foldersOf(folder), folder];
}

function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}
