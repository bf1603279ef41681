/** Lists what Troupe has in a repository and next to it, with sizes. */
import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectInventory, RefInfo, SandboxInfo } from '../../../ports/project-inventory.ts';
import { appliedHash, appliedRef, openAppliedMarkers } from './applied-markers.ts';
import { archiveRef, findArchivedPins, listArchivedPins } from './pin-archive.ts';
import { ownRefs } from './pins.ts';
import type { ProjectRepository } from './repository.ts';
import type { Sandboxes } from './sandboxes.ts';

export async function listResources(ground: ProjectRepository, sandboxes: Sandboxes): Promise<ProjectInventory> {
  const surveyed = await sandboxes.survey();
  const found = await Promise.all(
    surveyed.map(async ({ key, path, folder, registered, record = path }): Promise<SandboxInfo> => {
      const { bytes, changedMs } = folder ? await measure(record) : { bytes: 0, changedMs: 0 };
      return { key, path, folder, registered, bytes, changedMs };
    }),
  );
  const leftovers = await Promise.all(
    (await sandboxes.leftovers()).map(async path => ({ path, bytes: (await measure(path)).bytes })),
  );
  return { sandboxes: found, refs: await refsOf(ground), leftovers };
}

/** Returns the bytes on disk of objects reachable from the pins and not from `without`. */
export async function measureRefs(
  ground: ProjectRepository,
  names: readonly string[],
  without: readonly string[],
): Promise<number> {
  // A marker of an apply names a commit that is on a branch of yours.
  const pins = names.filter(name => appliedHash(name) === null);
  if (pins.length === 0) return 0;
  const { objects, database } = ground;
  const archived = await findArchivedPins(ground, pins);
  // A base may have been garbage collected since.
  const known = await database.existing(without);
  const wanted = pins.map(name => archived.get(name) ?? `${ownRefs}${name}`);
  const input = [...wanted, ...known.map(oid => `^${oid}`), ''].join('\n');
  const { stdout } = await objects.run(['rev-list', '--objects', '--disk-usage', '--stdin'], { input });
  return Number(stdout.toString().trim());
}

/** Returns the pins, those with refs of their own first. */
async function refsOf(ground: ProjectRepository): Promise<RefInfo[]> {
  const archived = (await listArchivedPins(ground)).map(pin => ({ ...pin, changedMs: null, archived: true as const }));
  const applied = [...(await openAppliedMarkers(ground.database)()).values()].map(
    ({ hash, oid, changedMs }): RefInfo => ({ name: `apply/${hash}/done`, oid, changedMs, archived: true }),
  );
  return [...(await looseRefs(ground)), ...archived, ...applied];
}

async function looseRefs({ objects, commonDir }: ProjectRepository): Promise<RefInfo[]> {
  const { stdout } = await objects.run(['for-each-ref', '--format=%(refname) %(objectname)', ownRefs]);
  const lines = stdout
    .toString()
    .split('\n')
    .filter(line => line !== '' && ![archiveRef, appliedRef].some(ref => line.startsWith(`${ref} `)));
  const packed = await stat(join(commonDir, 'packed-refs')).catch(() => null);
  return Promise.all(
    lines.map(async line => {
      const [ref = '', oid = ''] = line.split(' ');
      // A packed ref is at least as old as the file it was packed into.
      const loose = await stat(join(commonDir, ref)).catch(() => packed);
      return { name: ref.slice(ownRefs.length), oid, changedMs: loose?.mtimeMs ?? null };
    }),
  );
}

/** Returns the bytes of all files below a folder, and the latest change. Files that disappear meanwhile are skipped. */
async function measure(folder: string): Promise<{ bytes: number; changedMs: number }> {
  let [bytes, changedMs] = [0, 0];
  const count = (found: Stats | null) => {
    if (found === null) return;
    if (!found.isDirectory()) bytes += found.size;
    changedMs = Math.max(changedMs, found.mtimeMs);
  };
  const walk = async (at: string): Promise<void> => {
    count(await lstat(at).catch(() => null));
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) await walk(path);
      else count(await lstat(path).catch(() => null));
    }
  };
  await walk(folder);
  return { bytes, changedMs };
}
