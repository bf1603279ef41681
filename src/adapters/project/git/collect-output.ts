/** What a git command printed and how it ended. One that runs programs of the user's is ended together with them. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { killMatching, send } from '../../process/tagged-processes.ts';
import { hungProgram } from './hung-program.ts';

export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
  /** Present when it was ended before it was done. */
  cut?: RunInterruption;
}

export interface RunInterruption {
  by: 'limit' | 'signal';
  /** What it waited for, such as `the hook pre-commit`; null where the system does not show it. */
  hung: string | null;
}

export interface CollectOptions {
  input?: string | Buffer;
  /** Ends the command and everything it started. @default none */
  timeoutMs?: number | undefined;
  /** Aborted, it ends the command and everything it started. @default never */
  signal?: AbortSignal | undefined;
  /** What tells the processes of this run from others; given when it runs programs of the user's. */
  run?: string | undefined;
}

/** How long what was printed before the exit may take to arrive. */
const drainMs = 1000;

export function collectOutput(child: ChildProcessWithoutNullStreams, options: CollectOptions): Promise<GitResult> {
  const { input, timeoutMs, signal, run } = options;
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', chunk => stdout.push(chunk));
    child.stderr.on('data', chunk => stderr.push(chunk));
    // A command may end before it read all of its input; its exit code tells.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
    const cutter = watchRun(child, { timeoutMs, signal, run });
    let late: NodeJS.Timeout | undefined;
    child.on('error', error => {
      cutter.release();
      reject(error);
    });
    child.on('exit', (_, killedBy) => {
      cutter.release();
      // git that is killed does not end its hooks.
      if (killedBy !== null) cutter.endRest();
      if (timeoutMs === undefined && run === undefined) return;
      // It ran programs of the user's: one that they left behind may hold the pipes open for as long as it likes.
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
  /** The command has exited: nothing cuts it short any more. */
  release(): void;
  /** Ends what the run left. */
  endRest(): void;
  /** Until nothing is left of what was cut short; null when nothing was. */
  ended(): Promise<RunInterruption | null>;
}

function watchRun(child: ChildProcessWithoutNullStreams, { timeoutMs, signal, run }: CollectOptions): RunWatcher {
  let cut: Promise<RunInterruption> | null = null;
  let rest: Promise<unknown> = Promise.resolve();
  const endRun = async () => {
    if (run !== undefined) await killMatching(found => found.run === run);
    // Where processes cannot be listed, and for what shed its environment.
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
