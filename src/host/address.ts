/** Where an owner listens: in the store's folder, or where that does not work, in a private folder in the runtime directory. */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TroupeError } from '../model/errors.ts';
import { shellQuote } from '../model/shell-quote.ts';

export interface SocketEnvironment {
  platform: NodeJS.Platform;
  /** The current user id, on systems that have one. */
  uid: number | null;
  /** Folder for session data: `$XDG_RUNTIME_DIR`, else the folder for temporary files. */
  runtimeDir: string;
}

/** Maximum length of a socket path in bytes: 108 on Linux, 104 elsewhere, each with a terminating zero. */
const pathBytesMax = 103;

/**
 * Returns paths to try, best first. Each is new, so that no existing file is in the way, and its folder is private to
 * the user.
 */
export function candidateAddresses(
  home: string,
  { platform, uid, runtimeDir }: SocketEnvironment,
): { folder: string; path: string }[] {
  const name = randomBytes(6).toString('hex');
  const digest = createHash('sha256').update(home).digest('hex').slice(0, 12);
  if (platform === 'win32') return [{ folder: '', path: `\\\\.\\pipe\\troupe-${digest}-${name}` }];
  const folders = [join(home, 'owner'), join(runtimeDir, `troupe-${uid ?? 'user'}`, digest)];
  return folders
    .map(folder => ({ folder, path: join(folder, `${name}.sock`) }))
    .filter(({ path }) => Buffer.byteLength(path) <= pathBytesMax);
}

/** Makes a socket's folder private, and removes the sockets of earlier owners. */
export async function preparePrivateFolder(folder: string, uid: number | null): Promise<void> {
  if (folder === '') return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const status = await lstat(folder);
  // Another user may have created it first, in a folder writable by all.
  if (!status.isDirectory() || (uid !== null && status.uid !== uid)) {
    throw new TroupeError('USAGE', 'The folder for the socket of the owner is not ours', {
      where: folder,
      hints: [`rm -r ${shellQuote(folder)}`],
    });
  }
  await chmod(folder, 0o700);
  // This process holds the store, so every earlier listener for it is gone.
  for (const stale of await readdir(folder)) await rm(join(folder, stale), { force: true });
}
