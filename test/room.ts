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

export function room(memory = '/dev/shm'): string {
  return isRoomy(memory) && runsPrograms(memory) ? memory : tmpdir();
}

function isRoomy(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= neededBytes;
  } catch {
    return false;
  }
}

function runsPrograms(folder: string): boolean {
  try {
    const trial = mkdtempSync(join(folder, 'troupe-room-'));
    const program = join(trial, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    const { status } = spawnSync(program);
    rmSync(trial, { recursive: true });
    return status === 0;
  } catch {
    return false;
  }
}
