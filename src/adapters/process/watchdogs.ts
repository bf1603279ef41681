import type { Clock } from '../../ports/clock.ts';
import type { ProcessResult, WatchdogLimits } from '../../ports/process.ts';
import { send } from './tagged-processes.ts';

type Outcome = Exclude<ProcessResult['outcome'], 'not_found'>;

/** The watchdog that stopped a program. */
export type Watchdog = 'total' | 'start' | 'idle' | 'result' | 'output';

/** Milliseconds that a program gets for what `onStop` asks of it. */
const stopMs = 2000;

/** Watches one running program and stops it when a limit is reached. */
export interface WatchdogHandle {
  /** It printed this many bytes. */
  alive(bytes: number): void;
  /** It reported that its work is done; from now on it has the grace time to exit. */
  done(): void;
  abort(): void;
  /** Stops the time of total and idle limits, until the returned function is called. */
  pause(): () => void;
  /** Whether it reported that its work is done, be it with the last output before its exit. */
  readonly isReportedDone: boolean;
  /** Why it ended. Output that is read after the exit counts too: what a short program printed decides, not the moment of reading. */
  readonly end: { outcome: Outcome; watchdog: Watchdog | null };
  /** The program has exited: cancels every timer. */
  close(): void;
}

export function startWatchdogs(options: {
  pid: number;
  watchdogs: WatchdogLimits;
  clock: Clock;
  abort: AbortSignal;
  /** Says goodbye to a program that is aborted; TERM is sent when it resolves. @default nothing */
  onStop?: () => Promise<unknown>;
}): WatchdogHandle {
  const { pid, clock, abort, watchdogs } = options;
  const startMs = (watchdogs.startSeconds ?? watchdogs.idleSeconds) * 1000;
  const idleMs = watchdogs.idleSeconds * 1000;
  const resultMs = (watchdogs.resultSeconds ?? watchdogs.graceSeconds) * 1000;
  const bytesMax = (watchdogs.outputMiB ?? Number.POSITIVE_INFINITY) * 1024 * 1024;
  let outcome: Outcome = 'exited';
  let watchdog: Watchdog | null = null;
  let isReportedDone = false;
  let closed = false;
  let bytesSeen = 0;
  let lastSign = clock.now();
  let totalEnd = clock.now() + watchdogs.totalSeconds * 1000;
  /** Pauses that have not ended, and when the first of them began. */
  let pauses = 0;
  let pausedAt = 0;
  const timers = new Set<() => void>();

  const after = (ms: number, act: () => void) => {
    if (closed) return () => {};
    const cancel = clock.at(clock.now() + ms, act);
    timers.add(cancel);
    return cancel;
  };
  const stop = (why: Exclude<Outcome, 'exited'>, by: Watchdog | null) => {
    if (outcome !== 'exited') return;
    outcome = why;
    watchdog = by;
    if (!closed) terminate();
  };
  const terminate = () => {
    send(-pid, 'SIGTERM');
    after(watchdogs.graceSeconds * 1000, () => send(-pid, 'SIGKILL'));
  };
  // Re-armed when it fires, not on every line: a flood prints millions.
  const watchIdle = (ms: number) =>
    after(ms, () => {
      const left = lastSign + idleMs - clock.now();
      if (pauses > 0) watchIdle(idleMs);
      else if (left > 0) watchIdle(left);
      else stop('stalled', 'idle');
    });
  const watchTotal = () => after(totalEnd - clock.now(), () => stop('timed_out', 'total'));
  const abortNow = () => stop('aborted', null);
  const onAbort = () => {
    if (options.onStop === undefined) return abortNow();
    if (closed || outcome !== 'exited') return;
    outcome = 'aborted';
    let isTerminated = false;
    const once = () => {
      if (closed || isTerminated) return;
      isTerminated = true;
      terminate();
    };
    after(stopMs, once);
    options.onStop().then(once, once);
  };

  let cancelTotal = watchTotal();
  const cancelStart = after(startMs, () => stop('stalled', 'start'));
  abort.addEventListener('abort', onAbort, { once: true });
  if (abort.aborted) onAbort();

  return {
    get isReportedDone() {
      return isReportedDone;
    },
    get end() {
      return { outcome, watchdog };
    },
    alive(bytes) {
      lastSign = clock.now();
      if (bytesSeen === 0) {
        cancelStart();
        watchIdle(idleMs);
      }
      bytesSeen += bytes;
      if (bytesSeen > bytesMax) stop('flooded', 'output');
    },
    done() {
      if (isReportedDone) return;
      isReportedDone = true;
      after(resultMs, () => stop('stalled', 'result'));
    },
    abort: abortNow,
    pause() {
      if (pauses === 0) {
        pausedAt = clock.now();
        cancelTotal();
      }
      pauses += 1;
      let isPaused = true;
      return () => {
        if (!isPaused) return;
        isPaused = false;
        pauses -= 1;
        if (pauses > 0 || closed) return;
        lastSign = clock.now();
        totalEnd += clock.now() - pausedAt;
        cancelTotal = watchTotal();
      };
    },
    close() {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
      abort.removeEventListener('abort', onAbort);
    },
  };
}
