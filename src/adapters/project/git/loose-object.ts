/** Writes objects as loose files, in a format unchanged since 2005: git has no long-running process that writes them. */
import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { access, chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate, deflateSync } from 'node:zlib';
import { asDiskError } from '../../fs/disk-error.ts';

const compress = promisify(deflate);

export type ObjectType = 'blob' | 'tree' | 'commit';

export interface GitObject {
  type: ObjectType;
  content: Uint8Array;
  /** Any id of the repository: it shows the hash in use. */
  like: string;
}

const whole = ({ type, content }: GitObject) => Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);

export const objectId = (object: GitObject): string => idOf(whole(object), object.like);

const idOf = (bytes: Buffer, like: string) =>
  createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(bytes)
    .digest('hex');

/**
 * Writes an object below a repository's `objects` unless it exists, and returns its id.
 *
 * @throws {TroupeError} of the disk
 */
export async function writeLooseObject(directory: string, object: GitObject): Promise<string> {
  try {
    return await write(directory, object);
  } catch (error) {
    throw asDiskError(error, { where: directory, what: `nothing can be written to ${directory}` });
  }
}

/**
 * The same synchronously, for objects of a few hundred bytes: six trips to the thread pool take longer than the work.
 *
 * @throws {TroupeError} of the disk
 */
export function writeSmallObject(directory: string, object: GitObject): string {
  const bytes = whole(object);
  const oid = idOf(bytes, object.like);
  const folder = join(directory, oid.slice(0, 2));
  const file = join(folder, oid.slice(2));
  if (existsSync(file)) return oid;
  const half = join(directory, `tmp_obj_${randomUUID()}`);
  try {
    writeFileSync(half, deflateSync(bytes, { level: 1 }), { mode: 0o444 });
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, statSync(directory).mode);
    }
    renameSync(half, file);
  } catch (error) {
    rmSync(half, { force: true });
    throw asDiskError(error, { where: directory, what: `nothing can be written to ${directory}` });
  }
  return oid;
}

async function write(directory: string, object: GitObject): Promise<string> {
  const bytes = whole(object);
  const oid = idOf(bytes, object.like);
  const folder = join(directory, oid.slice(0, 2));
  const file = join(folder, oid.slice(2));
  if (await isThere(file)) return oid;
  const half = join(directory, `tmp_obj_${randomUUID()}`);
  try {
    await writeFile(half, await compress(bytes, { level: 1 }), { mode: 0o444 });
    await rename(half, file).catch(async error => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(folder, { recursive: true });
      // In a repository shared by a group the folder must be writable for the group as well.
      await chmod(folder, (await stat(directory)).mode);
      await rename(half, file);
    });
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
  return oid;
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
