import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { WorkBudget, WorkBudgetExceeded } from '../text/work-budget.ts';
import type { FileEntry, FileTree } from './file-tree.ts';
import { type ChunkIndex, indexChunks, Similar, similarity } from './similarity.ts';

/** As in git: half of the file must be unchanged; three quarters when only the name matches. */
const similarMin = 0.5;
const sameNameMin = 0.75;
/** Limit for finding renames of changed files, about a second; then the renames found so far are used. */
const stepsMax = 50_000_000;
/** Bytes split into chunks per step. */
const bytesPerStep = 8;

/**
 * Finds renames on one side: old path → new path. First files with equal content; then those with a unique name, or
 * whose folder mostly moved; then the most similar ones.
 */
export function findRenames(base: FileTree, side: FileTree, work = new WorkBudget(stepsMax)): Map<string, string> {
  const gone = new Map([...base].filter(([path]) => !side.has(path)));
  const fresh = new Map([...side].filter(([path]) => !base.has(path)));
  const renames = new Map<string, string>();
  const take = (from: string, to: string) => {
    renames.set(from, to);
    gone.delete(from);
    fresh.delete(to);
  };
  takeExact(gone, fresh, take);
  const folders = findFolderRenames(side, renames);
  const prints = new Prints(work);
  try {
    takeNamed({ gone, fresh, take, prints }, folders);
    takeSimilar({ gone, fresh, take, prints }, work);
  } catch (error) {
    if (!(error instanceof WorkBudgetExceeded)) throw error;
  }
  return renames;
}

interface Search {
  gone: Files;
  fresh: Files;
  take: PairPaths;
  prints: Prints;
}

type Files = Map<string, FileEntry>;
type PairPaths = (from: string, to: string) => void;

function takeExact(gone: Files, fresh: Files, take: PairPaths): void {
  const byContent = new Map<string, string[]>();
  for (const [path, entry] of gone) {
    const key = keyOf(entry);
    const paths = byContent.get(key);
    if (paths === undefined) byContent.set(key, [path]);
    else paths.push(path);
  }
  for (const [to, entry] of [...fresh]) {
    const from = byContent.get(keyOf(entry))?.filter(path => gone.has(path)) ?? [];
    const best = from.find(path => posix.basename(path) === posix.basename(to)) ?? from[0];
    if (best !== undefined && entry.content.length > 0) take(best, to);
  }
}

/** Fingerprints of files, computed once each. */
class Prints {
  private readonly work: WorkBudget;
  private readonly known = new Map<FileEntry, ChunkIndex>();

  constructor(work: WorkBudget) {
    this.work = work;
  }

  /** @throws {WorkBudgetExceeded} */
  of(entry: FileEntry): ChunkIndex {
    const known = this.known.get(entry);
    if (known !== undefined) return known;
    this.work.spend(entry.content.length / bytesPerStep);
    const found = indexChunks(entry.content);
    this.known.set(entry, found);
    return found;
  }

  /** @throws {WorkBudgetExceeded} */
  similarity(a: FileEntry, b: FileEntry): number {
    if (!isFile(a) || !isFile(b)) return 0;
    const [left, right] = [this.of(a), this.of(b)];
    this.work.spend(left.pieces.size);
    return similarity(left, right);
  }
}

/** A common name shows a rename only together with others in its folder: `index.ts` of a moved folder. */
function takeNamed({ gone, fresh, take, prints }: Search, folders: ReadonlyMap<string, string | null>): void {
  const [left, right] = [onceByName(gone.keys()), onceByName(fresh.keys())];
  for (const [from, entry] of [...gone]) {
    const name = posix.basename(from);
    const isUnique = left.has(name) && right.has(name);
    const folder = folders.get(folderOf(from)) ?? null;
    const to = isUnique ? right.get(name) : folder === null ? undefined : posix.join(folder, name);
    const there = to === undefined ? undefined : fresh.get(to);
    if (to !== undefined && there !== undefined && prints.similarity(entry, there) >= sameNameMin) take(from, to);
  }
}

function takeSimilar({ gone, fresh, take, prints }: Search, work: WorkBudget): void {
  const left = [...gone].filter(([, entry]) => isFile(entry));
  const similar = new Similar(
    left.map(([path, entry]) => ({ path, print: prints.of(entry) })),
    work,
  );
  const pairs = [...fresh]
    .filter(([, entry]) => isFile(entry))
    .flatMap(([to, entry]) =>
      similar.to(prints.of(entry), similarMin).map(({ path, score }) => ({ from: path, to, score })),
    );
  const sameName = ({ from, to }: { from: string; to: string }) => Number(posix.basename(from) === posix.basename(to));
  pairs.sort((a, b) => b.score - a.score || sameName(b) - sameName(a));
  for (const { from, to } of pairs) if (gone.has(from) && fresh.has(to)) take(from, to);
}

function isFile(entry: FileEntry): boolean {
  return typeOf(entry) === '100';
}

/** Returns names that occur in one path only. */
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

/** Finds renamed folders, of which nothing is left: old folder → new one; null when it moved to several folders. */
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
