/**
 * Where tests make their folders: in memory where this machine lets them. Git and LevelDB wait for the disk after
 * everything they write, which is half the time of a suite that makes thousands of repositories and stores; what a
 * killed process leaves is the same in both places. Elsewhere (a small /dev/shm, one whose programs may not run) it is
 * the folder for temporary files.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A full run has used less than a quarter of this at once. */
const neededBytes = 2 * 2 ** 30;

export function tempFolder(memory = '/dev/shm'): string {
  return hasFreeSpace(memory) && runsPrograms(memory) ? memory : tmpdir();
}

function hasFreeSpace(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= neededBytes;
  } catch {
    return false;
  }
}

function runsPrograms(folder: string): boolean {
  try {
    const probe = mkdtempSync(join(folder, 'troupe-temp-'));
    const program = join(probe, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    const { status } = spawnSync(program);
    rmSync(probe, { recursive: true });
    return status === 0;
  } catch {
    return false;
  }
}
