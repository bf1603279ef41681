import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { StartOptions } from './messages.ts';
import type { StartedProgram } from './remote-program.ts';
import { type SpawnServer, startSpawnServer } from './spawn-server.ts';

/** Programs that a process starts itself: the start of a server costs as much as these. A small run starts no more. */
const directStarts = 16;

/** Other systems, and Bun, start a process without copying the page tables of the one that starts it. */
const isSlowWithMemory = process.platform === 'linux' && process.versions.bun === undefined;

let started = 0;
let server: SpawnServer | null = null;

/**
 * Starts a program as `spawn` does, with pipes: the first ones directly, later ones through the spawn server. `error` is
 * emitted for a program that cannot be started.
 * @throws {Error} EMFILE when no file descriptor is left, and what `spawn` throws for options that it refuses
 */
export function startProgram(file: string, args: readonly string[], options: StartOptions): StartedProgram {
  started += 1;
  if (isSlowWithMemory && started >= directStarts) server ??= startSpawnServer(() => (server = null));
  return server?.isReady ? server.start(file, args, options) : startDirectly(file, args, options);
}

/**
 * When no file descriptor is left, Node creates a child without pipes and emits the error later, when no listener exists,
 * which would end the process.
 */
export function startDirectly(
  file: string,
  args: readonly string[],
  options: StartOptions,
): ChildProcessWithoutNullStreams {
  const child = spawn(file, args, { ...options, shell: false, windowsHide: true });
  if ((child.stdout as Readable | undefined) !== undefined) return child as ChildProcessWithoutNullStreams;
  child.on('error', () => {});
  throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
}
