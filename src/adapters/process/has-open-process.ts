import { readdir, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Returns whether a program works in a folder or below it; true when the system does not show it. */
export async function hasOpenProcess(folder: string): Promise<boolean> {
  const pids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name));
  if (pids.length === 0) return true;
  const real = await realpath(folder);
  const folders = await Promise.all(pids.map(pid => readlink(join('/proc', pid, 'cwd')).catch(() => '')));
  return folders.some(place => place === real || place.startsWith(real + sep));
}
