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

export interface WatchdogOptions {
  pid: number;
  watchdogs: WatchdogLimits;
  clock: Clock;
  abort: AbortSignal;
  /** Says goodbye to a program that is aborted; TERM is sent when it resolves. @default nothing */
  onStop?: () => Promise<unknown>;
}

export function startWatchdogs(options: WatchdogOptions): WatchdogHandle {
  const { clock, abort, watchdogs } = options;
  const startMs = (watchdogs.startSeconds ?? watchdogs.idleSeconds) * 1000;
  const resultMs = (watchdogs.resultSeconds ?? watchdogs.graceSeconds) * 1000;
  const bytesMax = (watchdogs.outputMiB ?? Number.POSITIVE_INFINITY) * 1024 * 1024;
  const timers = createTimers(clock);
  const stopper = createStopper(options, timers);
  const pauses = createPauses(clock);
  const idle = createIdleWatch(timers, { clock, idleMs: watchdogs.idleSeconds * 1000, pauses, stopper });
  const watchTotal = (ms: number) => timers.after(ms, () => stopper.stop('timed_out', 'total'));
  let isReportedDone = false;
  let bytesSeen = 0;
  let totalEnd = clock.now() + watchdogs.totalSeconds * 1000;
  let cancelTotal = watchTotal(watchdogs.totalSeconds * 1000);
  const cancelStart = timers.after(startMs, () => stopper.stop('stalled', 'start'));
  abort.addEventListener('abort', stopper.abortGently, { once: true });
  if (abort.aborted) stopper.abortGently();

  return {
    get isReportedDone() {
      return isReportedDone;
    },
    get end() {
      return stopper.end();
    },
    alive(bytes) {
      idle.sign();
      if (bytesSeen === 0) {
        cancelStart();
        idle.start();
      }
      bytesSeen += bytes;
      if (bytesSeen > bytesMax) stopper.stop('flooded', 'output');
    },
    done() {
      if (isReportedDone) return;
      isReportedDone = true;
      timers.after(resultMs, () => stopper.stop('stalled', 'result'));
    },
    abort: () => stopper.stop('aborted', null),
    pause: () =>
      pauses.begin({
        paused: cancelTotal,
        resumed(pausedMs) {
          if (timers.isClosed()) return;
          idle.sign();
          totalEnd += pausedMs;
          cancelTotal = watchTotal(totalEnd - clock.now());
        },
      }),
    close() {
      timers.close();
      abort.removeEventListener('abort', stopper.abortGently);
    },
  };
}

/** Timers that all end together, when the program has exited. */
function createTimers(clock: Clock) {
  const cancels = new Set<() => void>();
  let closed = false;
  return {
    /** Returns how to cancel it. */
    after(ms: number, act: () => void): () => void {
      if (closed) return () => {};
      const cancel = clock.at(clock.now() + ms, act);
      cancels.add(cancel);
      return cancel;
    },
    isClosed: () => closed,
    close(): void {
      closed = true;
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}

type Timers = ReturnType<typeof createTimers>;

interface Stopper {
  /** Stops the program for the first reason that is given; later ones are ignored. */
  stop(why: Exclude<Outcome, 'exited'>, by: Watchdog | null): void;
  /** Stops it after `onStop`, if there is one. */
  abortGently(): void;
  end(): WatchdogHandle['end'];
}

/** Ends the program, and keeps why. */
function createStopper({ pid, watchdogs, onStop }: WatchdogOptions, timers: Timers): Stopper {
  let outcome: Outcome = 'exited';
  let watchdog: Watchdog | null = null;
  const terminate = () => {
    send(-pid, 'SIGTERM');
    timers.after(watchdogs.graceSeconds * 1000, () => send(-pid, 'SIGKILL'));
  };
  const stop: Stopper['stop'] = (why, by) => {
    if (outcome !== 'exited') return;
    outcome = why;
    watchdog = by;
    if (!timers.isClosed()) terminate();
  };
  return {
    stop,
    abortGently() {
      if (onStop === undefined) return stop('aborted', null);
      if (timers.isClosed() || outcome !== 'exited') return;
      outcome = 'aborted';
      let isTerminated = false;
      const once = () => {
        if (timers.isClosed() || isTerminated) return;
        isTerminated = true;
        terminate();
      };
      timers.after(stopMs, once);
      onStop().then(once, once);
    },
    end: () => ({ outcome, watchdog }),
  };
}

/** Pauses that have not ended, and when the first of them began. */
function createPauses(clock: Clock) {
  let count = 0;
  let pausedAt = 0;
  return {
    isPaused: () => count > 0,
    /** Calls `paused` for the first pause and `resumed` when none is left. Returns how to end this one. */
    begin({ paused, resumed }: { paused(): void; resumed(pausedMs: number): void }): () => void {
      if (count === 0) {
        pausedAt = clock.now();
        paused();
      }
      count += 1;
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        count -= 1;
        if (count === 0) resumed(clock.now() - pausedAt);
      };
    },
  };
}

/** Stops a program that prints nothing for too long. */
function createIdleWatch(
  timers: Timers,
  {
    clock,
    idleMs,
    pauses,
    stopper,
  }: { clock: Clock; idleMs: number; pauses: { isPaused(): boolean }; stopper: Stopper },
) {
  let lastSign = clock.now();
  // Re-armed when it fires, not on every line: a flood prints millions.
  const watch = (ms: number) => {
    timers.after(ms, () => {
      const left = lastSign + idleMs - clock.now();
      if (pauses.isPaused()) watch(idleMs);
      else if (left > 0) watch(left);
      else stopper.stop('stalled', 'idle');
    });
  };
  return {
    start: () => watch(idleMs),
    /** It is at work. */
    sign(): void {
      lastSign = clock.now();
    },
  };
}
