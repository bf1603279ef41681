/**
 * The pins of finished plans, all in one ref, `refs/troupe/archive`: it names a tree (archive-tree.ts). A tree protects what it
 * contains from garbage collection as a commit does, and `git log --all` and `git branch -a` do not follow a ref to a tree.
 *
 * `git fetch` does: it asks what all refs reach. From git 2.41 on, `fetch.hideRefs` keeps refs out of that question.
 */
import { directoryMode, submoduleMode } from '../../merge/tree/objects.ts';
import { appliedHash, appliedPath, appliedRef, findAppliedPaths } from './applied-markers.ts';
import { editArchive, findPins, type PinEdit, periodOf, readArchive } from './archive-tree.ts';
import { type EntryEdit, editSubtrees, type PinEntry } from './edit-subtrees.ts';
import { ownRefs } from './pins.ts';
import type { ProjectRepository } from './repository.ts';

export const archiveRef = `${ownRefs}archive`;

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
  return archive === null ? [] : readArchive(database, archive);
}

/** Returns those of the pins that are archived, with their objects. */
export async function findArchivedPins(
  { database }: Pick<ProjectRepository, 'database'>,
  names: readonly string[],
): Promise<Map<string, string>> {
  const archive = names.length === 0 ? null : await database.idOf(archiveRef);
  return archive === null ? new Map() : findPins(database, archive, names);
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
    ({ name, entry }) => entry !== null && periodOf(name) !== null && appliedHash(name) === null,
  );
  const markers = loose.filter(({ name }) => appliedHash(name) !== null);
  const moved = [...pins, ...markers];
  // Additions first: who reads a ref, and then what it was moved to, finds it in one of them.
  await updateRefs(ground, [
    ...(await changeArchive(ground, pins)),
    ...(await changeApplied(
      ground,
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
  const archived = await findArchivedPins(ground, names);
  // Also of archived ones: a ref may have been set again since. Deleting one that does not exist is no error.
  const deletions = names.map(name => `delete ${ownRefs}${name}`);
  const applied = await findAppliedPaths(
    database,
    names.flatMap(name => appliedHash(name) ?? []),
  );
  await updateRefs(ground, [
    ...(await changeArchive(
      ground,
      [...archived.keys()].map(name => ({ name, entry: null })),
    )),
    ...(await changeApplied(
      ground,
      applied.map(path => ({ path, entry: null })),
    )),
    ...deletions,
  ]);
}

/** Writes the changed archive, and returns what makes its ref name it. */
async function changeArchive(ground: ProjectRepository, edits: readonly PinEdit[]): Promise<string[]> {
  const from = edits.length === 0 ? null : await ground.database.idOf(archiveRef);
  const like = from ?? anyId(edits);
  if (like === null) return [];
  const to = await editArchive(ground.database, from, edits, like);
  if (from === null && to !== null) await hideFromFetch(ground);
  return moveRef(archiveRef, from, to);
}

/** Writes the changed tree of markers, and returns what makes its ref name it. */
async function changeApplied({ database }: ProjectRepository, edits: readonly EntryEdit[]): Promise<string[]> {
  const from = edits.length === 0 ? null : await database.idOf(appliedRef);
  const like = from ?? anyId(edits);
  return like === null ? [] : moveRef(appliedRef, from, await editSubtrees(database, from, edits, like));
}

const anyId = (edits: readonly { entry: PinEntry | null }[]): string | null =>
  edits.find(({ entry }) => entry !== null)?.entry?.oid ?? null;

function moveRef(ref: string, from: string | null, to: string | null): string[] {
  if (from === to) return [];
  if (to === null) return [`delete ${ref} ${from}`];
  return [from === null ? `create ${ref} ${to}` : `update ${ref} ${to} ${from}`];
}

/** Only when the archive is created, so that you can remove the setting. What fails, such as a locked configuration, is left out. */
async function hideFromFetch({ objects, kind }: ProjectRepository): Promise<void> {
  if (kind !== 'git') return;
  const hidden = ownRefs.slice(0, -1);
  const set = (await objects.tryRun(['config', '--get-all', 'fetch.hideRefs'])).stdout.toString().split('\n');
  if (!set.includes(hidden)) await objects.tryRun(['config', '--add', 'fetch.hideRefs', hidden]);
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
