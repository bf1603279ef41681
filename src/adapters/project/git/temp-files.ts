/**
 * Files of ours that stand only while something is done. Each is named after its process, so that whoever comes later can
 * tell which were left by the dead.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Pids mean nothing on another machine: what stands there is never ours to judge. */
const hostId = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);

/** A name that nobody else has. */
export const tempName = (kind: string): string => `${kind}-${hostId}-${process.pid}-${randomUUID()}`;

/** Removes from a folder of ours what processes left there that are dead. */
export async function removeStale(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter(isStale);
  await Promise.all(left.map(name => rm(join(folder, name), { recursive: true, force: true })));
}

/** Whether it is the name of something that a process left which is dead. */
export function isStale(name: string): boolean {
  const [, host, pid] = /-([0-9a-f]{6})-(\d+)-[0-9a-f-]{36}(?:\.lock)?$/.exec(name) ?? [];
  return host === hostId && pid !== undefined && isDead(Number(pid));
}

function isDead(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // Not ours to signal, and therefore there.
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
}
