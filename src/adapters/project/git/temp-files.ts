/** Temporary files. Each is named after its process, so that later processes can recognize those of crashed ones. */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { hasCode } from '../../../model/caught-error.ts';

/** Pids are meaningless on another machine: files of other hosts are never removed. */
const hostId = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);

/** Returns a unique name. */
export const tempName = (kind: string): string => `${kind}-${hostId}-${process.pid}-${randomUUID()}`;

/** Removes files of crashed processes from one of our folders. */
export async function removeStale(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter(isStale);
  await Promise.all(left.map(name => rm(join(folder, name), { recursive: true, force: true })));
}

/** Returns whether a name belongs to a crashed process. */
export function isStale(name: string): boolean {
  const [, host, pid] = /-([0-9a-f]{6})-(\d+)-[0-9a-f-]{36}(?:\.lock)?$/.exec(name) ?? [];
  return host === hostId && pid !== undefined && isDead(Number(pid));
}

function isDead(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // A process of another user, so it exists.
    return !hasCode(error, 'EPERM');
  }
}
