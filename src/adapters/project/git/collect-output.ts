/** Collects the output and exit of a git command. One that runs your own programs is killed together with them. */
import type { StartOptions } from '../../process/spawn-server/messages.ts';
import type { StartedProgram } from '../../process/spawn-server/remote-program.ts';
import { killMatching, send } from '../../process/tagged-processes.ts';
import { hungProgram } from './hung-program.ts';

export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
  /** Present when it was killed before it was done. */
  cut?: RunInterruption;
}

export interface RunInterruption {
  by: 'limit' | 'signal';
  /** What it was waiting for, such as `the hook pre-commit`; null when the system does not show it. */
  hung: string | null;
}

export interface CollectOptions {
  input?: string | Buffer;
  /** Kills the command and its descendants after this time. @default none */
  timeoutMs?: number | undefined;
  /** When aborted, kills the command and its descendants. @default never */
  signal?: AbortSignal | undefined;
  /** Identifies the processes of this run; set when it runs your own programs. */
  run?: string | undefined;
}

/** Milliseconds for output from before the exit to arrive. */
const drainMs = 1000;

/** The pipes of a command whose output is collected; without input it needs no pipe, and no messages to the spawn server about it. */
export const inputAndOutput = (input?: string | Buffer): NonNullable<StartOptions['stdio']> => [
  input === undefined ? 'ignore' : 'pipe',
  'pipe',
  'pipe',
];

export function collectOutput(child: StartedProgram, options: CollectOptions): Promise<GitResult> {
  const { input, timeoutMs, signal, run } = options;
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', chunk => stdout.push(chunk));
    child.stderr.on('data', chunk => stderr.push(chunk));
    // A command may exit before reading all of its input; its exit code counts.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    const cutter = watchRun(child, { timeoutMs, signal, run });
    let late: NodeJS.Timeout | undefined;
    child.on('error', error => {
      cutter.release();
      reject(error);
    });
    child.on('exit', (_, killedBy) => {
      cutter.release();
      // Killing git does not kill its hooks.
      if (killedBy !== null) cutter.endRest();
      if (timeoutMs === undefined && run === undefined) return;
      // It ran your own programs: one left behind may keep the pipes open for any time.
      late = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, drainMs);
    });
    child.on('close', async code => {
      clearTimeout(late);
      const cut = await cutter.ended();
      if (cut?.by === 'limit') stderr.push(Buffer.from(`\nended after ${timeoutMs} ms`));
      const printed = { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
      resolve({ code: code ?? 128, ...printed, ...(cut && { cut }) });
    });
  });
}

interface RunWatcher {
  /** The command has exited: it cannot be interrupted any more. */
  release(): void;
  /** Kills the remaining processes of the run. */
  endRest(): void;
  /** Resolves when all processes of an interrupted run are gone; null when it was not interrupted. */
  ended(): Promise<RunInterruption | null>;
}

function watchRun(child: StartedProgram, { timeoutMs, signal, run }: CollectOptions): RunWatcher {
  let cut: Promise<RunInterruption> | null = null;
  let rest: Promise<unknown> = Promise.resolve();
  const endRun = async () => {
    if (child.pid === undefined) await new Promise(resolve => child.once('spawn', resolve).once('error', resolve));
    if (run !== undefined) await killMatching(found => found.run === run);
    // When processes cannot be listed, and for those that cleared their environment.
    if (child.pid !== undefined) send(-child.pid, 'SIGKILL');
  };
  const stop = async (by: RunInterruption['by']): Promise<RunInterruption> => {
    const hung = run === undefined || child.pid === undefined ? null : await hungProgram(child.pid, run);
    await endRun();
    return { by, hung };
  };
  const stopFor = (by: RunInterruption['by']) => {
    cut ??= stop(by);
  };
  const onAbort = () => stopFor('signal');
  const overdue = timeoutMs === undefined ? undefined : setTimeout(stopFor, timeoutMs, 'limit');
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  return {
    release() {
      clearTimeout(overdue);
      signal?.removeEventListener('abort', onAbort);
    },
    endRest() {
      if (cut === null) rest = endRun();
    },
    async ended() {
      await rest;
      return cut;
    },
  };
}
