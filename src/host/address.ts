/** Where an owner listens: in the store's folder; where that does not work, in a private folder of the run's own. */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TroupeError } from '../model/errors.ts';
import { shellQuote } from '../model/shell-quote.ts';

export interface SocketEnvironment {
  platform: NodeJS.Platform;
  /** Who we are, where the system has user ids. */
  uid: number | null;
  /** For what lives as long as a session: `$XDG_RUNTIME_DIR`, else the folder for temporary files. */
  runtimeDir: string;
}

/** What a socket's path may measure in bytes: 108 on Linux, 104 elsewhere, each with a zero at its end. */
const pathBytesMax = 103;

/**
 * Paths to try, best first. Each is new, so that nothing that is there can be in its way, and its folder is made so that
 * only we may look into it.
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

/** Makes the folder of a socket ours alone, and clears it of the sockets of owners that are gone. */
export async function preparePrivateFolder(folder: string, uid: number | null): Promise<void> {
  if (folder === '') return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const status = await lstat(folder);
  // Somebody else may have made it first, in a folder that all may write to.
  if (!status.isDirectory() || (uid !== null && status.uid !== uid)) {
    throw new TroupeError('USAGE', 'The folder for the socket of the owner is not ours', {
      where: folder,
      hints: [`rm -r ${shellQuote(folder)}`],
    });
  }
  await chmod(folder, 0o700);
  // We have the store, so whoever listened here for it is gone.
  for (const stale of await readdir(folder)) await rm(join(folder, stale), { force: true });
}
