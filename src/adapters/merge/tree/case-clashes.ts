import { caseFolded } from '../case-fold.ts';
import { type BytePath, readable } from './merge-output.ts';
import { isDirectory, type TreeEntry } from './objects.ts';
import type { Trees } from './origins.ts';
import type { ReadEntries } from './tree-diff.ts';

/** Two files, one added by each side, whose names differ only in case. */
export interface CaseClash {
  ours: Found;
  theirs: Found;
}

interface Found {
  path: BytePath;
  entry: TreeEntry;
}

type Folders = Record<keyof Trees, Found[]>;

/** Reads only folders that both sides changed. */
export async function findCaseClashes(entries: ReadEntries, trees: Trees): Promise<CaseClash[]> {
  const root = (oid: string): Found[] => [{ path: '', entry: { mode: '40000', name: '', oid } }];
  return clashesIn(entries, { base: root(trees.base), ours: root(trees.ours), theirs: root(trees.theirs) });
}

/** @param folders whose paths differ only in case */
async function clashesIn(entries: ReadEntries, folders: Folders): Promise<CaseClash[]> {
  if (sameFolders(folders.base, folders.ours) || sameFolders(folders.base, folders.theirs)) return [];
  if (sameFolders(folders.ours, folders.theirs)) return [];
  const [base, ours, theirs] = await Promise.all([
    contentOf(entries, folders.base),
    contentOf(entries, folders.ours),
    contentOf(entries, folders.theirs),
  ]);
  const before = byFoldedName(base);
  const right = byFoldedName(theirs);
  const clashes: CaseClash[] = [];
  for (const [name, mine] of byFoldedName(ours)) {
    const [was, other] = [before.get(name) ?? [], right.get(name) ?? []];
    if (other.length === 0) continue;
    clashes.push(...clashesAmong(was, mine, other));
    const inside = { base: was.filter(isFolder), ours: mine.filter(isFolder), theirs: other.filter(isFolder) };
    clashes.push(...(await clashesIn(entries, inside)));
  }
  return clashes;
}

/** Returns names that both sides added with different content, unless both are folders. */
function clashesAmong(base: readonly Found[], ours: readonly Found[], theirs: readonly Found[]): CaseClash[] {
  const added = (side: readonly Found[], other: readonly Found[]) =>
    side.filter(({ path }) => ![...base, ...other].some(each => each.path === path));
  const fromTheirs = added(theirs, ours);
  return added(ours, theirs).flatMap(mine =>
    fromTheirs.filter(other => !isFolder(mine) || !isFolder(other)).map(other => ({ ours: mine, theirs: other })),
  );
}

function sameFolders(a: readonly Found[], b: readonly Found[]): boolean {
  return a.length === b.length && a.every(({ path, entry }, i) => b[i]?.path === path && b[i]?.entry.oid === entry.oid);
}

async function contentOf(entries: ReadEntries, folders: readonly Found[]): Promise<Found[]> {
  const found = folders.map(async ({ path, entry }) =>
    (await entries(entry.oid)).map(each => ({ path: path === '' ? each.name : `${path}/${each.name}`, entry: each })),
  );
  return (await Promise.all(found)).flat();
}

function byFoldedName(found: readonly Found[]): Map<string, Found[]> {
  const groups = new Map<string, Found[]>();
  for (const each of found) {
    const name = foldedName(each.entry.name);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return groups;
}

/** Decodes only names that need it. */
function foldedName(name: BytePath): string {
  return caseFolded(/[^\0-\x7f]/.test(name) ? readable(name) : name);
}

function isFolder({ entry }: Found): boolean {
  return isDirectory(entry);
}
