/**
 * The pins of finished plans, all in one ref.
 *
 * `refs/troupe/archive` is a tree of three levels: period, group, pin. The group is the second part of a pin's name (its
 * plan). The period is the beginning of the group, so that archiving rewrites few trees. A tree protects what it contains
 * from garbage collection as a commit does, and `git log --all`, `git branch -a` and `git fetch` do not follow a ref to a tree.
 */
import type { ObjectDatabase, TreeEntry } from '../../merge/tree/objects.ts';
import { directoryMode, submoduleMode } from '../../merge/tree/objects.ts';
import { appliedHash, appliedPath, appliedRef, findAppliedPaths } from './applied-markers.ts';
import { ownRefs } from './pins.ts';
import type { ProjectRepository } from './repository.ts';

export const archiveRef = `${ownRefs}archive`;

/** Characters of a group that name its period: nine hours, when the group is a ULID. */
const periodLength = 5;

/** What protects a pinned object, in a tree. */
type PinEntry = Pick<TreeEntry, 'mode' | 'oid'>;

interface LoosePin {
  name: string;
  oid: string;
  /** null for what a tree cannot protect: a commit. */
  entry: PinEntry | null;
}

/** Returns the names of the pins that have refs of their own. */
export async function listLoosePins(ground: ProjectRepository): Promise<string[]> {
  return (await readLoosePins(ground)).map(({ name }) => name);
}

/** Returns the archived pins. */
export async function listArchivedPins({ database }: ProjectRepository): Promise<{ name: string; oid: string }[]> {
  const archive = await database.idOf(archiveRef);
  if (archive === null) return [];
  const entriesOf = async (trees: readonly TreeEntry[]) =>
    (await Promise.all(trees.map(({ oid }) => database.entries(oid)))).flat();
  const pins = await entriesOf(await entriesOf(await database.entries(archive)));
  return pins.map(({ name, oid }) => ({ name: decodeURIComponent(name), oid }));
}

/**
 * Moves pins into the archive, and markers of finished applies to theirs: all or none. Pins of commits, and names without a
 * group, keep their refs.
 * @throws {TroupeError} GIT_FAILED, also when another process changes the archive at the same time
 */
export async function archivePins(ground: ProjectRepository, names: readonly string[]): Promise<void> {
  const wanted = new Set(names);
  const loose = (await readLoosePins(ground)).filter(({ name }) => wanted.has(name));
  const pins = loose.filter(
    ({ name, entry }) => entry !== null && groupOf(name) !== null && appliedHash(name) === null,
  );
  const markers = loose.filter(({ name }) => appliedHash(name) !== null);
  const moved = [...pins, ...markers];
  // Additions first: who reads a ref, and then what it was moved to, finds it in one of them.
  await updateRefs(ground, [
    ...(await changeTree(
      ground,
      archiveRef,
      pins.map(({ name, entry }) => ({ path: archivePath(name), entry })),
    )),
    ...(await changeTree(
      ground,
      appliedRef,
      markers.map(({ name, oid }) => ({
        path: appliedPath(appliedHash(name) ?? ''),
        entry: { mode: submoduleMode, oid },
      })),
    )),
    ...moved.map(({ name, oid }) => `delete ${ownRefs}${name} ${oid}`),
  ]);
}

/** Removes pins, archived or not: all or none. @throws {TroupeError} GIT_FAILED */
export async function removePins(ground: ProjectRepository, names: readonly string[]): Promise<void> {
  const { database } = ground;
  const archived = await findArchivedPins(database, names);
  // Also of archived ones: a ref may have been set again since. Deleting one that does not exist is no error.
  const deletions = names.map(name => `delete ${ownRefs}${name}`);
  const applied = await findAppliedPaths(
    database,
    names.flatMap(name => appliedHash(name) ?? []),
  );
  const removal = (path: string[]): TreeEdit => ({ path, entry: null });
  await updateRefs(ground, [
    ...(await changeTree(
      ground,
      archiveRef,
      [...archived.keys()].map(name => removal(archivePath(name))),
    )),
    ...(await changeTree(ground, appliedRef, applied.map(removal))),
    ...deletions,
  ]);
}

const groupOf = (name: string): string | null => name.split('/')[1] ?? null;

/** Returns where the archive has a pin; names are encoded, because a path of a tree has no slash in a part. */
function archivePath(name: string): string[] {
  const group = groupOf(name) ?? '';
  return [group.slice(0, periodLength), group, name].map(encodeURIComponent);
}

/** Writes the changed tree of a ref, and returns what makes the ref name it. */
async function changeTree({ database }: ProjectRepository, ref: string, edits: readonly TreeEdit[]): Promise<string[]> {
  if (edits.length === 0) return [];
  const from = await database.idOf(ref);
  const like = from ?? edits.find(({ entry }) => entry !== null)?.entry?.oid;
  const to = like === undefined ? null : await editTree(database, from, edits, like);
  if (from === to) return [];
  if (to === null) return [`delete ${ref} ${from}`];
  return [from === null ? `create ${ref} ${to}` : `update ${ref} ${to} ${from}`];
}

/** Changes refs in one transaction: all or none. */
async function updateRefs({ objects }: ProjectRepository, orders: readonly string[]): Promise<void> {
  if (orders.length > 0) await objects.exec(['update-ref', '--stdin'], { input: `${orders.join('\n')}\n` });
}

async function readLoosePins({ objects }: ProjectRepository): Promise<LoosePin[]> {
  const format = '--format=%(refname) %(objectname) %(objecttype)';
  const lines = (await objects.run(['for-each-ref', format, ownRefs])).stdout.toString().split('\n');
  return lines.flatMap(line => {
    const [ref = '', oid = '', type = ''] = line.split(' ');
    if (ref === '' || ref === archiveRef || ref === appliedRef) return [];
    const mode = modes[type];
    return [{ name: ref.slice(ownRefs.length), oid, entry: mode === undefined ? null : { mode, oid } }];
  });
}

/** The modes of a tree's entries, by the type of the object. */
const modes: Readonly<Record<string, string>> = { tree: directoryMode, blob: '100644' };

/** Returns those of the pins that are archived, with their objects. */
export async function findArchivedPins(
  database: ObjectDatabase,
  names: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const archive = names.length === 0 ? null : await database.idOf(archiveRef);
  if (archive === null) return found;
  const read = new Map<string, Promise<TreeEntry[]>>();
  const entriesOf = (tree: string) => {
    const reading = read.get(tree) ?? database.entries(tree);
    read.set(tree, reading);
    return reading;
  };
  for (const name of names) {
    let oid: string | undefined = archive;
    for (const part of archivePath(name)) {
      oid = oid && (await entriesOf(oid)).find(entry => entry.name === part)?.oid;
    }
    if (oid !== undefined) found.set(name, oid);
  }
  return found;
}

/** A change of one entry below a tree. */
interface TreeEdit {
  path: string[];
  /** null removes the entry, and trees that are empty then. */
  entry: PinEntry | null;
}

/** Returns the changed tree, null when nothing is left of it. `like` is any id of the repository. */
async function editTree(
  database: ObjectDatabase,
  tree: string | null,
  edits: readonly TreeEdit[],
  like: string,
): Promise<string | null> {
  const editFolder = async (folder: string | null, inside: readonly TreeEdit[]): Promise<PinEntry | null> => {
    const oid = await editTree(database, folder, inside, like);
    return oid === null ? null : { mode: directoryMode, oid };
  };
  const entries = new Map((tree === null ? [] : await database.entries(tree)).map(entry => [entry.name, entry]));
  const below = new Map<string, TreeEdit[]>();
  for (const { path, entry } of edits) {
    const [head = '', ...rest] = path;
    const others = below.get(head) ?? [];
    others.push({ path: rest, entry });
    below.set(head, others);
  }
  for (const [name, inside] of below) {
    const leaf = inside.find(({ path }) => path.length === 0);
    const entry = leaf ? leaf.entry : await editFolder(entries.get(name)?.oid ?? null, inside);
    if (entry === null) entries.delete(name);
    else entries.set(name, { name, ...entry });
  }
  return entries.size === 0 ? null : database.writeTree([...entries.values()], like);
}
