/** Modes of everything Troupe keeps: what agents print and read is for the user who started them, whatever the umask says. */
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** For the making of a file that only its owner may read. */
export const fileMode = 0o600;
/** For the making of a folder that only its owner may look into. */
export const folderMode = 0o700;

/** Takes a folder that is there, made under another umask, away from all but its owner; one of another user stays as it is. */
export async function restrictFolder(path: string): Promise<void> {
  await chmod(path, folderMode).catch(() => undefined);
}

/** Makes a folder of ours and those missing above it; one that is there is closed as well. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: folderMode });
  await restrictFolder(path);
}

/** Closes a folder and what lies in it, which a library made: LevelDB's repair leaves a folder of lost files there. */
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
