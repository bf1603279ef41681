/** File modes of everything Troupe stores: output and files of agents are for their user only, whatever the umask. */
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Mode of a new file that only its owner may read. */
export const fileMode = 0o600;
/** Mode of a new folder that only its owner may read. */
export const folderMode = 0o700;

/** Removes other users' access to an existing folder; a folder of another user stays unchanged. */
export async function restrictFolder(path: string): Promise<void> {
  await chmod(path, folderMode).catch(() => undefined);
}

/** Creates a private folder and its missing parents; restricts an existing one. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: folderMode });
  await restrictFolder(path);
}

/** Restricts a folder and its content created by a library: LevelDB's repair leaves a folder of lost files. */
export async function restrictFiles(folder: string): Promise<void> {
  await restrictFolder(folder);
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(
    entries.map(entry => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? restrictFiles(path) : chmod(path, fileMode).catch(() => undefined);
    }),
  );
}
