import { readlinkSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { listKernelThreads } from './kernel-threads.ts';

/** Processes read in one turn of the event loop: a link takes microseconds, a promise for each ten times that. */
const turnMax = 100;

/** Returns whether a program works in a folder or below it; true when the system does not show it. */
export async function hasOpenProcess(folder: string): Promise<boolean> {
  const pids = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name));
  if (pids.length === 0) return true;
  const real = await realpath(folder);
  const skipped = listKernelThreads('/proc');
  for (const [at, pid] of pids.entries()) {
    if (skipped.has(pid)) continue;
    if (at % turnMax === turnMax - 1) await nextTurn();
    const place = workingFolder(pid);
    if (place === real || place.startsWith(real + sep)) return true;
  }
  return false;
}

/** Empty for a process that has exited, or of another user. */
function workingFolder(pid: string): string {
  try {
    return readlinkSync(join('/proc', pid, 'cwd'));
  } catch {
    return '';
  }
}
