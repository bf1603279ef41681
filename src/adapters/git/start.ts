import { type ChildProcessWithoutNullStreams, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';

/**
 * A git whose pipes are there. Where the system has no file left to give, Node makes a child without pipes and says why
 * in an event that comes later; nobody would listen to it by then, and it would end our process.
 * @throws {Error} EMFILE
 */
export function startGit(words: readonly string[], options: SpawnOptionsWithoutStdio): ChildProcessWithoutNullStreams {
  const child: Partial<ChildProcessWithoutNullStreams> & Pick<ChildProcessWithoutNullStreams, 'on'> = spawn(
    'git',
    words,
    options,
  );
  if (child.stdout !== undefined) return child as ChildProcessWithoutNullStreams;
  child.on('error', () => {});
  throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
}
