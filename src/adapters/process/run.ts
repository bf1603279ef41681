/**
 * Runs one program: no shell, its own process group, standard input closed or given, output streamed in bounded
 * memory. Owns the program from its start to the exit of its last descendant.
 *
 * 1. Resolves when the program exits, not when its pipes close: a grandchild may keep them open forever.
 * 2. When it resolves or rejects, no process of the program is left, in its group or outside of it.
 * 3. Stopping sends TERM to the group, waits `graceSeconds`, then sends KILL to the group, whatever the reason.
 * 4. Total, idle and grace timers run on the given clock; waiting for the operating system uses real time.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { TroupeError } from '../../model/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProcessResult, RunProcess } from '../../ports/process.ts';
import { systemClock } from '../clocks/system-clock.ts';
import { buildEnvironment } from './environment.ts';
import { lineCharactersMax } from './lines.ts';
import { resolveCommand } from './locate.ts';
import { captureOutput, type ProcessOutput, type StreamName } from './output.ts';
import type { StartedProgram } from './spawn-server/remote-program.ts';
import { startProgram } from './spawn-server/start-program.ts';
import { killMatching, processTagVariable, runIdVariable, send } from './tagged-processes.ts';
import { startWatchdogs, type Watchdog, type WatchdogHandle } from './watchdogs.ts';

/** Options of {@link runProcess}. */
export interface ProcessOptions extends Omit<Parameters<RunProcess>[0], 'onLine'> {
  /** Called per line, without its end. Returning 'done' means the program has finished its work and should exit. */
  onLine?: (line: string, stream: StreamName) => unknown;
  /** Written to the program's standard input, which is then closed; null closes it at once. @default null */
  stdin?: string | null;
  /** Called when the program runs. Its standard input then stays open, for the callee to write to and to close. @default none */
  onStart?: (program: RunningProgram) => void;
  /** Called when the program runs, whatever its standard input is. @default none */
  onRunning?: (program: Pick<RunningProgram, 'pauseWatchdogs'>) => void;
  /** Called when `signal` aborts. TERM waits until the promise resolves, at most 2 s. @default TERM at once */
  onStop?: () => Promise<unknown>;
  /** Longest line that `onLine` gets completely, in characters. @default 256 Ki */
  lineMax?: number;
  /** The file to which all output is appended. @default none */
  logFile?: string | null;
  /** Maximum bytes this run adds to the log file. @default 1 GiB */
  logBytesMax?: number;
  /** @default the system clock */
  clock?: Clock;
  /** Identifies the process that started the program, so that others leave it alone. @default none */
  life?: string;
}

/** A running program, for a caller that talks with it. */
export interface RunningProgram {
  stdin: Writable;
  /** Its work is finished: it should exit. */
  done(): void;
  /** Ends the program; {@link runProcess} then rejects with what is thrown. */
  fail(thrown: unknown): void;
  /** Stops the time of the watchdogs, until the returned function is called. */
  pauseWatchdogs(): () => void;
}

/** The result of {@link runProcess}. */
export interface ProcessOutcome extends ProcessResult {
  signal: NodeJS.Signals | null;
  /** The watchdog that stopped it, if any. */
  watchdog: Watchdog | null;
  /** Whether `onLine` returned 'done' before the end. */
  isReportedDone: boolean;
  /** How many processes outlived it, and were killed. */
  left: number;
}

/** Milliseconds for output from before the exit to arrive. */
const drainMs = 1000;

/**
 * Runs a program and resolves when it has exited, with its outcome. See the rules above.
 * @throws {TroupeError} TOOL_FAILED when it cannot be started, SANDBOX_LOST when its folder is gone; and what
 * `onLine` throws
 */
export async function runProcess(options: ProcessOptions): Promise<ProcessOutcome> {
  const clock = options.clock ?? systemClock();
  const startedAt = clock.now();
  const abort = options.signal;
  let bug: { thrown: unknown } | null = null;
  let ending: WatchdogHandle | null = null;
  const fail = (thrown: unknown) => {
    bug ??= { thrown };
    ending?.abort();
  };

  const printed = captureOutput({
    onLine(line, stream) {
      if (bug !== null) return;
      try {
        if (options.onLine?.(line, stream) === 'done') ending?.done();
      } catch (thrown) {
        fail(thrown);
      }
    },
    onData: bytes => ending?.alive(bytes),
    logFile: options.logFile ?? null,
    logBytesMax: options.logBytesMax ?? 1024 ** 3,
    lineMax: options.lineMax ?? lineCharactersMax,
  });
  const result = (fields: Partial<ProcessOutcome> & Pick<ProcessOutcome, 'outcome'>): ProcessOutcome => ({
    exitCode: null,
    signal: null,
    watchdog: null,
    isReportedDone: false,
    left: 0,
    durationMs: clock.now() - startedAt,
    digest: printed.digest(),
    tail: printed.tail(),
    ...fields,
  });

  if (abort.aborted) {
    await printed.close();
    return result({ outcome: 'aborted' });
  }
  const runId = `${options.life ?? ''}.${randomUUID()}`;
  const started = await start(options, runId).catch(async (failure: unknown) => {
    await printed.close();
    throw failure;
  });
  if ('missing' in started) {
    await printed.close();
    return result({ outcome: 'not_found', tail: started.missing });
  }
  const { child, pid, exit } = started;
  const { watchdogs, onStop } = options;
  const watch = startWatchdogs({ pid, watchdogs, clock, abort, ...(onStop && { onStop }) });
  ending = watch;
  listen(printed, child);
  options.onRunning?.({ pauseWatchdogs: watch.pause });
  if (options.onStart === undefined) child.stdin?.end(options.stdin);
  else if (child.stdin !== null) {
    options.onStart({ stdin: child.stdin, done: watch.done, fail, pauseWatchdogs: watch.pause });
  }
  const [exitCode, signal] = await exit;
  watch.close();
  const left = await endRest(pid, runId);
  await drain(child);
  await printed.close();
  if (bug !== null) throw (bug as { thrown: unknown }).thrown;
  // Read last: output may come after the exit, with the line that reports the end or beyond the limit.
  return result({ ...watch.end, isReportedDone: watch.isReportedDone, exitCode, signal, left });
}

type Started =
  | { child: StartedProgram; pid: number; exit: Promise<[code: number | null, signal: NodeJS.Signals | null]> }
  | { missing: string };

async function start(options: ProcessOptions, runId: string): Promise<Started> {
  const [program = ''] = options.argv;
  if (!(await stat(options.cwd).catch(() => null))?.isDirectory()) {
    throw new TroupeError('SANDBOX_LOST', `The folder to run ${program} in is gone`, { where: options.cwd });
  }
  const env = buildEnvironment(options.env);
  const found = await resolveCommand(options.argv, options.cwd, env);
  if (found === null) return { missing: `${program}: not found` };
  const hasInput = typeof options.stdin === 'string' || options.onStart !== undefined;
  try {
    const { file, args, windowsVerbatimArguments } = found;
    const child = startProgram(file, args, {
      cwd: options.cwd,
      env: { ...env, [processTagVariable]: options.processTag, [runIdVariable]: runId },
      windowsVerbatimArguments,
      detached: true,
      stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    const exit = new Promise<[number | null, NodeJS.Signals | null]>(resolve => {
      child.once('exit', (code, signal) => resolve([code, signal]));
    });
    await once(child, 'spawn');
    return { child, pid: child.pid as number, exit };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { missing: `${program}: not found` };
    if (['EACCES', 'ENOTDIR', 'ENOEXEC'].includes(code)) {
      return { missing: `${program}: not a program that can be run (${code})` };
    }
    throw new TroupeError('TOOL_FAILED', `${program} could not be started: ${message}`, {
      where: program,
      cause: error,
    });
  }
}

function listen(printed: ProcessOutput, child: StartedProgram): void {
  printed.listen('stdout', child.stdout);
  printed.listen('stderr', child.stderr);
  // A program may ignore its input, or exit before reading it.
  child.stdin?.on('error', () => undefined);
}

/** Kills what outlived the program: by the run's own tag, then its group. Returns how many there were. */
async function endRest(pid: number, runId: string): Promise<number> {
  const left = await killMatching(({ run }) => run === runId);
  // A process that cleared its environment has no tag, but is in the group.
  send(-pid, 'SIGKILL');
  return left;
}

/** Reads what is still in the pipes, then closes them. */
async function drain(child: StartedProgram): Promise<void> {
  const streams = [child.stdout, child.stderr];
  const closed = Promise.all(streams.map(stream => (stream.closed ? null : once(stream, 'close'))));
  const patience = new AbortController();
  await Promise.race([closed, pause(drainMs, null, { signal: patience.signal }).catch(() => null)]);
  patience.abort();
  for (const stream of streams) stream.destroy();
  child.stdin?.destroy();
  await closed;
}
