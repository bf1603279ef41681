import { type ChildProcessWithoutNullStreams, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/**
 * A git whose pipes are there. Where the system has no file left to give, Node makes a child without pipes and says why
 * in an event that comes later; nobody would listen to it by then, and it would end our process.
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

/** A process takes three pipes, two ends each, and what starting it takes for a moment. */
const descriptorsNeeded = 16;

/**
 * Whether there are files left to start a process with. simple-git cannot be told of the event that says there were not,
 * which would end our process; so it is tried before it is asked.
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
