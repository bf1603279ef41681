import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { busySeconds, formatCost, judgeCost, measureFixedWork, parseTimes, timingScript } from './run-cost.ts';

/** Steps of so many seconds, on a machine that takes `slowness` times as long as the usual one and does nothing else. */
const costOf = (seconds: (number | null)[], slowness = 1) => ({
  busySeconds: seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0),
  steps: seconds.map((processorSeconds, index) => ({ name: `step ${index}`, processorSeconds })),
  workSeconds: [0.18 * slowness, 0.18 * slowness],
});

describe('the processor time of a run', () => {
  test('is that of a program and of what it started, and the exit code stays', () => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-times-'));
    try {
      const file = join(folder, 'a step.times');
      const busy = 'let sum = 0; for (let index = 0; index < 2e7; index++) sum += index;';
      const command = ['sh', '-c', `"${process.execPath}" -e "${busy}"; exit 3`];
      expect(spawnSync('sh', ['-c', timingScript, file, ...command]).status).toBe(3);
      expect(parseTimes(readFileSync(file, 'utf8'))).toBeGreaterThan(0.05);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is read in the forms that shells print', () => {
    expect(parseTimes('0m0.004s 0m0.002s\n2m1.500s 0m3.250s\n')).toBeCloseTo(124.75);
    expect(parseTimes('0m0.000000s 0m0.000000s\n0m0.100000s 0m0.010000s\n')).toBeCloseTo(0.11);
    expect(parseTimes('')).toBeNull();
  });

  test('is warned of when a run cannot end in ten minutes on two idle processors [R199]', () => {
    expect(judgeCost(costOf([400, null, 799]))).toBeNull();
    expect(judgeCost(costOf([400, null, 806]))).toEqual({
      text: 'Too slow: on two idle processors of the usual machine this run takes at least 10.1 minutes, and may take 10.0 minutes',
      fails: false,
    });
  });

  test('fails a run that takes half as much more, unless the machine did much else [R199]', () => {
    expect(judgeCost(costOf([900, 900]))?.fails).toBe(false);
    expect(judgeCost(costOf([901, 900]))?.fails).toBe(true);
    expect(judgeCost({ ...costOf([1_900]), busySeconds: 2_500 })?.fails).toBe(true);
    expect(judgeCost({ ...costOf([1_900]), busySeconds: 2_800 })?.fails).toBe(false);
  });

  test('is compared with the time in which the processors were busy', () => {
    const before = busySeconds();
    while (busySeconds() === before) measureFixedWork();
    expect(busySeconds()).toBeGreaterThan(before);
  });

  test('is compared with the speed of the machine [R199]', () => {
    expect(judgeCost(costOf([2_300], 2))).toBeNull();
    expect(judgeCost(costOf([1_100], 0.5))).toMatchObject({ fails: true });
    expect(judgeCost(costOf([1_100], 0.5))?.text).toContain('at least 18.3 minutes');
    expect(measureFixedWork()).toBeGreaterThan(0);
  });

  test('is shown by step, the longest first, with the sum', () => {
    expect(formatCost(costOf([1.25, null, 118.75], 2))).toBe(
      [
        '   118.8 s  step 2',
        '     1.3 s  step 0',
        '       ? s  step 1',
        '   120.0 s  of processor time: 1.0 minutes on two idle processors; work takes 2.0 times as long here as on the usual machine',
      ].join('\n'),
    );
  });
});
