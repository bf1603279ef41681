import { fstatSync } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { OutputIdentity } from '../../model/checkout.ts';

/** Returns the identity of this process's standard output and standard error, if they are files or pipes. */
export function ownOutputs(): OutputIdentity[] {
  return [1, 2].flatMap((fd): OutputIdentity[] => {
    try {
      const found = fstatSync(fd, { bigint: true });
      if (!found.isFile() && !found.isFIFO()) return [];
      return [{ kind: found.isFile() ? 'file' : 'pipe', dev: String(found.dev), ino: String(found.ino) }];
    } catch {
      // Closed.
      return [];
    }
  });
}

/** Returns those of the files that are one of the outputs, or are written by a program that reads one, like `tee`. */
export async function outputsAmong(paths: readonly string[], outputs: readonly OutputIdentity[]): Promise<Set<string>> {
  const known = new Set(outputs.filter(({ kind }) => kind === 'file').map(idOf));
  const pipes = new Set(outputs.filter(({ kind }) => kind === 'pipe').map(({ ino }) => `pipe:[${ino}]`));
  for (const id of pipes.size === 0 ? [] : await writtenByReaders(pipes)) known.add(id);
  const found = new Set<string>();
  for (const path of known.size === 0 ? [] : paths) {
    const file = await lstat(path, { bigint: true }).catch(() => null);
    if (file?.isFile() && known.has(idOf(file))) found.add(path);
  }
  return found;
}

/** Returns those of the files that are below one of the folders. */
export async function filesBelow(paths: readonly string[], folders: readonly string[]): Promise<string[]> {
  const real = await Promise.all(folders.map(folder => realpath(folder).catch(() => folder)));
  return paths.filter(path => real.some(folder => path.startsWith(folder + sep)));
}

const idOf = ({ dev, ino }: { dev: string | bigint; ino: string | bigint }) => `${dev}:${ino}`;

/** Returns files open for writing in programs that read from one of the pipes. */
async function writtenByReaders(pipes: ReadonlySet<string>): Promise<string[]> {
  const pids = (await readdir('/proc').catch((): string[] => [])).filter(name => /^\d+$/.test(name));
  const found: string[] = [];
  for (const pid of pids) {
    if (!pipes.has(await readlink(`/proc/${pid}/fd/0`).catch(() => ''))) continue;
    for (const fd of await readdir(`/proc/${pid}/fd`).catch((): string[] => [])) {
      const file = await stat(`/proc/${pid}/fd/${fd}`, { bigint: true }).catch(() => null);
      if (file?.isFile() && (await isWritten(pid, fd))) found.push(idOf(file));
    }
  }
  return found;
}

async function isWritten(pid: string, fd: string): Promise<boolean> {
  const info = await readFile(`/proc/${pid}/fdinfo/${fd}`, 'utf8').catch(() => '');
  // Octal; the last two bits are 0 when the file is open for reading only.
  return /^flags:\s*\d*[1-35-7]$/m.test(info);
}
