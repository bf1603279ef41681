import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mount = (...words: string[]) => execFileSync('mount', words, { stdio: 'pipe' });
const unmount = (folder: string) => execFileSync('umount', ['-l', folder], { stdio: 'pipe' });

/** Whether disks can be mounted here, which needs root and permission of the system. */
export const mayMount = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-mount-'));
  try {
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
    unmount(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
})();

export interface Disk {
  folder: string;
  /** Mounts the disk writable or read-only. */
  writable(yes: boolean): void;
  remove(): void;
}

/** A disk with a capacity in megabytes. */
export function disk(folder: string, megabytes: number): Disk {
  mkdirSync(folder, { recursive: true });
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
  return {
    folder,
    writable: yes => mount('-o', `remount,${yes ? 'rw' : 'ro'}`, folder),
    remove: () => unmount(folder),
  };
}
