import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { startWatchdogs } from '../../../src/adapters/process/watchdogs.ts';

/** Above every id that the system gives. */
const pid = 2 ** 30;

function watch(onStop?: () => Promise<unknown>) {
  const clock = manualClock();
  const stop = new AbortController();
  const watchdogs = { totalSeconds: 100, idleSeconds: 10, graceSeconds: 2 };
  const handle = startWatchdogs({ pid, watchdogs, clock, abort: stop.signal, ...(onStop && { onStop }) });
  return { handle, clock, stop };
}

const running = { outcome: 'exited', watchdog: null };

describe('The watchdogs of a program', () => {
  test('count the grace time from its first report that it is done', () => {
    const { handle, clock } = watch();
    handle.done();
    clock.advance(1_500);
    handle.done();
    expect(handle.end).toEqual(running);
    clock.advance(500);
    expect(handle).toMatchObject({ isReportedDone: true, end: { outcome: 'stalled', watchdog: 'result' } });
  });

  test('keep the first reason: a program stopped by a limit is not asked to exit when its work is aborted', () => {
    let asked = 0;
    const { handle, clock, stop } = watch(async () => asked++);
    clock.advance(10_000);
    stop.abort();
    handle.alive(1);
    clock.advance(100_000);
    expect(asked).toBe(0);
    expect(handle.end).toEqual({ outcome: 'stalled', watchdog: 'start' });
  });

  test('stop the total time until the last pause has ended, which may be ended twice', () => {
    const { handle, clock } = watch();
    const sign = () => handle.alive(1);
    const [first, second] = [handle.pause(), handle.pause()];
    sign();
    first();
    first();
    clock.advance(1_000_000);
    expect(handle.end).toEqual(running);
    second();
    for (let seconds = 0; seconds < 99; seconds += 9) {
      clock.advance(9_000);
      sign();
    }
    expect(handle.end).toEqual(running);
    clock.advance(1_000);
    expect(handle.end).toEqual({ outcome: 'timed_out', watchdog: 'total' });
  });

  test('count the idle time from the last output', () => {
    const { handle, clock } = watch();
    handle.alive(1);
    clock.advance(9_000);
    handle.alive(1);
    clock.advance(9_999);
    expect(handle.end).toEqual(running);
    clock.advance(1);
    expect(handle.end).toEqual({ outcome: 'stalled', watchdog: 'idle' });
  });
});
