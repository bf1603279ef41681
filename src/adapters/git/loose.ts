/** Objects written as loose files, in a format git has kept since 2005: git has no lasting process that writes them. */
import { createHash, randomUUID } from 'node:crypto';
import { access, chmod, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

const compress = promisify(deflate);

export type ObjectType = 'blob' | 'tree' | 'commit';

export interface LooseObject {
  type: ObjectType;
  content: Uint8Array;
  /** Any id of the repository: it tells the hash in use. */
  like: string;
}

/** Writes an object below a repository's `objects` unless it is there, and gives its id. */
export async function writeLoose(directory: string, { type, content, like }: LooseObject): Promise<string> {
  const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const oid = createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(object)
    .digest('hex');
  const folder = join(directory, oid.slice(0, 2));
  const file = join(folder, oid.slice(2));
  if (await exists(file)) return oid;
  if (!(await exists(folder))) {
    await mkdir(folder, { recursive: true });
    // In a repository shared by a group the folder must be theirs as well.
    await chmod(folder, (await stat(directory)).mode);
  }
  const half = join(directory, `tmp_obj_${randomUUID()}`);
  await writeFile(half, await compress(object, { level: 1 }), { mode: 0o444 });
  await rename(half, file);
  return oid;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
