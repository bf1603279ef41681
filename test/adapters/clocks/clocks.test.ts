import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';

describe('the system clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000 }));
  afterEach(() => void vi.useRealTimers());

  test('it tells the time and calls back at it', () => {
    const clock = systemClock();
    const calls: number[] = [];
    clock.at(1_500, () => calls.push(clock.now()));
    vi.advanceTimersByTime(499);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual([1_500]);
  });

  test('a moment that has passed is called back at once, but not synchronously', () => {
    const clock = systemClock();
    let called = false;
    clock.at(0, () => {
      called = true;
    });
    expect(called).toBe(false);
    vi.advanceTimersByTime(1);
    expect(called).toBe(true);
  });

  test('what was taken back is not called', () => {
    const calls: string[] = [];
    systemClock().at(1_100, () => calls.push('no'))();
    vi.advanceTimersByTime(1_000);
    expect(calls).toEqual([]);
  });

  test('a wait longer than setTimeout knows does not fire early, and can be taken back after its first part', () => {
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

describe('the manual clock', () => {
  test('it stands still until it is moved, and calls back in the order of deadlines, each at its own time', () => {
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

  test('a callback may set another that is due in the same move', () => {
    const clock = manualClock();
    const calls: number[] = [];
    clock.at(10, () => clock.at(20, () => calls.push(clock.now())));
    clock.advance(30);
    expect(calls).toEqual([20]);
  });

  test('what was taken back is not called', () => {
    const clock = manualClock();
    const calls: string[] = [];
    clock.at(10, () => calls.push('no'))();
    clock.advance(30);
    expect(calls).toEqual([]);
  });
});
