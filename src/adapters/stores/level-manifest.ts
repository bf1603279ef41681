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
import * as z from 'zod';
import { parseJson } from '../../model/json.ts';
import { writeFileAtomic } from '../fs/write-file-atomic.ts';

const Manifest = z.object({
  owner: z.string(),
  files: z.record(z.string(), z.object({ bytes: z.number(), modifiedMs: z.number(), sha256: z.string() })),
});
type Manifest = z.infer<typeof Manifest>;

const manifestFile = 'SEAL';
export const ownerFile = 'OWNER';

/** Files that contain rows or list those that do. */
const holds = /^(?:CURRENT|MANIFEST-\d+|\d+\.(?:log|ldb|sst))$/;

/** LevelDB verifies the blocks of tables itself. */
const isTable = (name: string) => /\.(?:ldb|sst)$/.test(name);

/**
 * Writes a manifest; tables known from the last one are not read again. A table does not change once it is complete. But one that was
 * not complete when the store was closed is given up, and its number goes to another.
 */
export async function writeManifest(path: string, last: Manifest | null): Promise<void> {
  const names = (await readdir(path)).filter(name => holds.test(name));
  const files: Manifest['files'] = {};
  for (const name of names) {
    const known = isTable(name) ? last?.files[name] : undefined;
    const { size, mtimeMs } = await stat(join(path, name));
    const isSame = known !== undefined && known.bytes === size && known.modifiedMs === mtimeMs;
    files[name] = isSame ? known : { ...(await measure(join(path, name))), modifiedMs: mtimeMs };
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
  const parsed = Manifest.safeParse(text === null ? null : parseJson(text));
  return parsed.success && parsed.data.owner === owner ? parsed.data : null;
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
