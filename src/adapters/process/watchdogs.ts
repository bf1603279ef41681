import type { Clock } from '../../ports/clock.ts';
import type { ProcessResult, WatchdogLimits } from '../../ports/process.ts';
import { send } from './tagged-processes.ts';

type Outcome = Exclude<ProcessResult['outcome'], 'not_found'>;

/** The watchdog that stopped a program. */
export type Watchdog = 'total' | 'start' | 'idle' | 'result' | 'output';

/** Watches one running program and stops it when a limit is reached. */
export interface WatchdogHandle {
  /** It printed this many bytes. */
  alive(bytes: number): void;
  /** It reported that its work is done; from now on it has the grace time to exit. */
  done(): void;
  abort(): void;
  /** The program has exited: cancels every timer and returns why it ended. */
  close(): { outcome: Outcome; watchdog: Watchdog | null; saidDone: boolean };
}

export function startWatchdogs(options: {
  pid: number;
  watchdogs: WatchdogLimits;
  clock: Clock;
  abort: AbortSignal;
}): WatchdogHandle {
  const { pid, clock, abort, watchdogs } = options;
  const startMs = (watchdogs.startSeconds ?? watchdogs.idleSeconds) * 1000;
  const idleMs = watchdogs.idleSeconds * 1000;
  const resultMs = (watchdogs.resultSeconds ?? watchdogs.graceSeconds) * 1000;
  const bytesMax = (watchdogs.outputMiB ?? Number.POSITIVE_INFINITY) * 1024 * 1024;
  let outcome: Outcome = 'exited';
  let watchdog: Watchdog | null = null;
  let saidDone = false;
  let closed = false;
  let bytesSeen = 0;
  let lastSign = clock.now();
  const timers = new Set<() => void>();

  const after = (ms: number, act: () => void) => {
    const cancel = clock.at(clock.now() + ms, act);
    timers.add(cancel);
    return cancel;
  };
  const stop = (why: Exclude<Outcome, 'exited'>, by: Watchdog | null) => {
    if (closed || outcome !== 'exited') return;
    outcome = why;
    watchdog = by;
    send(-pid, 'SIGTERM');
    after(watchdogs.graceSeconds * 1000, () => send(-pid, 'SIGKILL'));
  };
  // Re-armed when it fires, not on every line: a flood prints millions.
  const watchIdle = (ms: number) =>
    after(ms, () => {
      const left = lastSign + idleMs - clock.now();
      if (left > 0) watchIdle(left);
      else stop('stalled', 'idle');
    });
  const onAbort = () => stop('aborted', null);

  after(watchdogs.totalSeconds * 1000, () => stop('timed_out', 'total'));
  const cancelStart = after(startMs, () => stop('stalled', 'start'));
  abort.addEventListener('abort', onAbort, { once: true });
  if (abort.aborted) onAbort();

  return {
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
      if (saidDone) return;
      saidDone = true;
      after(resultMs, () => stop('stalled', 'result'));
    },
    abort: onAbort,
    close() {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
      abort.removeEventListener('abort', onAbort);
      return { outcome, watchdog, saidDone };
    },
  };
}
