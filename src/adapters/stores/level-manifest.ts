/**
 * Records the files of a closed store. LevelDB does not notice a truncated or missing log, and treats an older state
 * as complete; so closing a store writes a manifest, and opening compares it.
 *
 * 1. The manifest is removed before the store is opened: after a crash there is none, and LevelDB's own recovery
 *    applies.
 * 2. A manifest is valid only together with the OWNER file of the process that wrote it: one written late, after the
 *    next process had opened the store, is ignored.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '../../model/json.ts';
import { writeFileAtomic } from '../fs/write-file-atomic.ts';

interface Manifest {
  owner: string;
  files: Record<string, { bytes: number; sha256: string }>;
}

const manifestFile = 'SEAL';
export const ownerFile = 'OWNER';

/** Files that contain rows or list those that do. */
const holds = /^(?:CURRENT|MANIFEST-\d+|\d+\.(?:log|ldb|sst))$/;

/** LevelDB verifies the blocks of tables itself. */
const isTable = (name: string) => /\.(?:ldb|sst)$/.test(name);

/** Tables as the last manifest has them, with their times when the store was opened. */
export type KnownTables = ReadonlyMap<string, Manifest['files'][string] & { modifiedMs: number }>;

/** Reads the times of the tables in `manifest`. To be called before LevelDB opens the store. */
export async function readKnownTables(path: string, manifest: Manifest | null): Promise<KnownTables> {
  const known = new Map<string, Manifest['files'][string] & { modifiedMs: number }>();
  for (const [name, entry] of Object.entries(manifest?.files ?? {})) {
    if (isTable(name)) known.set(name, { ...entry, modifiedMs: (await stat(join(path, name))).mtimeMs });
  }
  return known;
}

/**
 * Writes a manifest. A table is not read again if it was not written since the store was opened: a table that was damaged while the store
 * was closed stays one that differs. A table that was not complete when the store was closed is given up, and LevelDB gives its
 * number to another one, which is read.
 */
export async function writeManifest(path: string, knownTables: KnownTables): Promise<void> {
  const names = (await readdir(path)).filter(name => holds.test(name));
  const files: Manifest['files'] = {};
  for (const name of names) {
    const known = knownTables.get(name);
    const isSame = known !== undefined && known.modifiedMs === (await stat(join(path, name))).mtimeMs;
    files[name] = isSame ? { bytes: known.bytes, sha256: known.sha256 } : await measure(join(path, name));
  }
  const owner = await readFile(join(path, ownerFile), 'utf8');
  await writeFileAtomic(join(path, manifestFile), JSON.stringify({ owner, files } satisfies Manifest));
}

/** Removes the manifest. */
export const removeManifest = (path: string): Promise<void> => rm(join(path, manifestFile), { force: true });

/** Returns the current manifest, or null when there is none or it is invalid. */
export async function readManifest(path: string): Promise<Manifest | null> {
  const text = await readFile(join(path, manifestFile), 'utf8').catch(() => null);
  const owner = await readFile(join(path, ownerFile), 'utf8').catch(() => '');
  const manifest = text === null ? null : parseJson(text);
  return isManifest(manifest) && manifest.owner === owner ? manifest : null;
}

/** By hand: a schema would make every command that opens a store load zod. */
function isManifest(value: unknown): value is Manifest {
  const { owner, files } = (value ?? {}) as Partial<Manifest>;
  if (typeof owner !== 'string' || typeof files !== 'object' || files === null) return false;
  return Object.values(files).every(entry => typeof entry?.bytes === 'number' && typeof entry.sha256 === 'string');
}

/** Describes what differs from the manifest; null when nothing does. Tables are only compared by size, unless `thorough`. */
export async function findTampering(
  path: string,
  { files }: Manifest,
  { thorough = false }: { thorough?: boolean } = {},
): Promise<string | null> {
  for (const [name, { bytes, sha256 }] of Object.entries(files)) {
    // A process that opens the store meanwhile may remove a file between two checks.
    const found = await (isTable(name) && !thorough ? sizeOf : measure)(join(path, name)).catch(() => null);
    if (found === null) return `${name} is missing`;
    if (found.bytes !== bytes) return `${name} has ${found.bytes} bytes where it had ${bytes}`;
    if (found.sha256 !== undefined && found.sha256 !== sha256) return `${name} was changed`;
  }
  return null;
}

async function sizeOf(file: string): Promise<{ bytes: number; sha256?: undefined }> {
  return { bytes: (await stat(file)).size };
}

async function measure(file: string): Promise<{ bytes: number; sha256: string }> {
  const content = await readFile(file);
  return { bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}
