import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';

describe('the system clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
  afterEach(() => void vi.useRealTimers());

  test('reports the time and fires timers', () => {
    const clock = systemClock();
    const calls: number[] = [];
    clock.at(1_500, () => calls.push(clock.now()));
    vi.advanceTimersByTime(499);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual([1_500]);
  });

  test('fires a timer in the past soon, but not synchronously', () => {
    const clock = systemClock();
    let called = false;
    clock.at(0, () => {
      called = true;
    });
    expect(called).toBe(false);
    vi.advanceTimersByTime(1);
    expect(called).toBe(true);
  });

  test('does not fire a cleared timer', () => {
    const calls: string[] = [];
    systemClock().at(1_100, () => calls.push('no'))();
    vi.advanceTimersByTime(1_000);
    expect(calls).toEqual([]);
  });

  test('does not fire a timer beyond the setTimeout limit early, and clears it after its first part', () => {
    const clock = systemClock();
    const days = (count: number) => count * 86_400_000;
    const calls: string[] = [];
    clock.at(1_000 + days(60), () => calls.push('sixty days'));
    const cancel = clock.at(1_000 + days(70), () => calls.push('seventy days'));
    vi.advanceTimersByTime(days(59));
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(days(1));
    expect(calls).toEqual(['sixty days']);
    cancel();
    vi.advanceTimersByTime(days(30));
    expect(calls).toEqual(['sixty days']);
  });
});

describe('a computer whose clock is set while a timer runs [R258]', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 10_000_000 }));
  afterEach(() => void vi.useRealTimers());

  test('back: the timer fires when its delay has elapsed, and the time never goes back', () => {
    const clock = systemClock();
    const calls: number[] = [];
    clock.at(10_000_500, () => calls.push(clock.now()));
    vi.advanceTimersByTime(100);
    vi.setSystemTime(5_000_000);
    expect(clock.now()).toBe(10_000_100);
    vi.advanceTimersByTime(399);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual([10_000_500]);
  });

  test('forward: the time follows, and the timer fires when its delay has elapsed', () => {
    const clock = systemClock();
    const calls: number[] = [];
    clock.at(10_000_500, () => calls.push(clock.now()));
    vi.setSystemTime(20_000_000);
    expect(clock.now()).toBe(20_000_000);
    vi.advanceTimersByTime(500);
    expect(calls).toEqual([20_000_500]);
  });

  test('forward: a timer set afterwards does not wait for those that were set before', () => {
    const clock = systemClock();
    const calls: string[] = [];
    clock.at(10_100_000, () => calls.push('before'));
    vi.setSystemTime(20_000_000);
    clock.at(20_000_100, () => calls.push('after'));
    vi.advanceTimersByTime(100);
    expect(calls).toEqual(['after']);
    vi.advanceTimersByTime(99_900);
    expect(calls).toEqual(['after', 'before']);
  });
});

describe('the manual clock', () => {
  test('advances only when moved, and fires timers in the order of their deadlines, each at its own time', () => {
    const clock = manualClock(100);
    const calls: [string, number][] = [];
    clock.at(130, () => calls.push(['late', clock.now()]));
    clock.at(110, () => calls.push(['early', clock.now()]));
    clock.at(50, () => calls.push(['past', clock.now()]));
    expect(clock.now()).toBe(100);
    clock.advance(20);
    expect(calls).toEqual([
      ['past', 100],
      ['early', 110],
    ]);
    expect(clock.now()).toBe(120);
  });

  test('fires a timer that a callback sets within the same move', () => {
    const clock = manualClock();
    const calls: number[] = [];
    clock.at(10, () => clock.at(20, () => calls.push(clock.now())));
    clock.advance(30);
    expect(calls).toEqual([20]);
  });

  test('does not fire a cleared timer', () => {
    const clock = manualClock();
    const calls: string[] = [];
    clock.at(10, () => calls.push('no'))();
    clock.advance(30);
    expect(calls).toEqual([]);
  });
});
