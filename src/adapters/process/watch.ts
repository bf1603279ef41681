import type { Clock } from '../../ports/clock.ts';
import type { ProcessResult } from '../../ports/process.ts';
import { send } from './marked.ts';

type Outcome = Exclude<ProcessResult['outcome'], 'not_found'>;

/** Watches one running program and ends it when it must. */
export interface Ending {
  /** It printed something. */
  alive(): void;
  /** It said that its work is done; from now on it has the grace time to exit. */
  done(): void;
  stop(why: Exclude<Outcome, 'exited'>): void;
  /** The program has exited: takes back every timer and says why it ended. */
  close(): { outcome: Outcome; saidDone: boolean };
}

export function watch(options: {
  pid: number;
  watchdogs: { totalSeconds: number; idleSeconds: number; graceSeconds: number };
  clock: Clock;
  abort: AbortSignal;
}): Ending {
  const { pid, clock, abort } = options;
  const totalMs = options.watchdogs.totalSeconds * 1000;
  const idleMs = options.watchdogs.idleSeconds * 1000;
  const graceMs = options.watchdogs.graceSeconds * 1000;
  let outcome: Outcome = 'exited';
  let saidDone = false;
  let closed = false;
  let lastSign = clock.now();
  const timers = new Set<() => void>();

  const after = (ms: number, act: () => void) => {
    timers.add(clock.at(clock.now() + ms, act));
  };
  const stop = (why: Exclude<Outcome, 'exited'>) => {
    if (closed || outcome !== 'exited') return;
    outcome = why;
    send(-pid, 'SIGTERM');
    after(graceMs, () => send(-pid, 'SIGKILL'));
  };
  // Re-armed when it fires, not at every line: a flood prints millions.
  const watchIdle = (ms: number) =>
    after(ms, () => {
      const left = lastSign + idleMs - clock.now();
      if (left > 0) watchIdle(left);
      else stop('stalled');
    });
  const onAbort = () => stop('aborted');

  after(totalMs, () => stop('timed_out'));
  watchIdle(idleMs);
  abort.addEventListener('abort', onAbort, { once: true });
  if (abort.aborted) onAbort();

  return {
    alive() {
      lastSign = clock.now();
    },
    done() {
      if (saidDone) return;
      saidDone = true;
      after(graceMs, () => stop('stalled'));
    },
    stop,
    close() {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
      abort.removeEventListener('abort', onAbort);
      return { outcome, saidDone };
    },
  };
}
