import { type ChildProcessWithoutNullStreams, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/**
 * Starts git and makes sure its pipes exist. When no file descriptor is left, Node creates a child without pipes and
 * emits the error later, when no listener exists, which would end the process.
 * @throws {Error} EMFILE
 */
export function spawnGit(words: readonly string[], options: SpawnOptionsWithoutStdio): ChildProcessWithoutNullStreams {
  const child: Partial<ChildProcessWithoutNullStreams> & Pick<ChildProcessWithoutNullStreams, 'on'> = spawn(
    'git',
    words,
    options,
  );
  if (child.stdout !== undefined) return child as ChildProcessWithoutNullStreams;
  child.on('error', () => {});
  throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
}

/** A process needs three pipes with two ends each, plus some during its start. */
const descriptorsNeeded = 16;

/**
 * Checks that enough file descriptors are left to start a process. simple-git offers no way to handle the error event
 * of a failed start, which would end the process.
 * @throws {Error} EMFILE
 */
export function assertFileDescriptors(): void {
  const opened: number[] = [];
  try {
    while (opened.length < descriptorsNeeded) opened.push(openSync(devNull, 'r'));
  } finally {
    for (const file of opened) closeSync(file);
  }
}
