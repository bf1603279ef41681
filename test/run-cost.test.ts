import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatCost, measureFixedWork, parseTimes, timingScript, warnOfCost } from './run-cost.ts';

/** Steps of so many seconds, on a machine that takes `slowness` times as long as the usual one. */
const costOf = (seconds: (number | null)[], slowness = 1) => ({
  steps: seconds.map((processorSeconds, index) => ({ name: `step ${index}`, processorSeconds })),
  workSeconds: [0.2 * slowness, 0.2 * slowness],
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
    expect(warnOfCost(costOf([400, null, 799]))).toBeNull();
    expect(warnOfCost(costOf([400, null, 806]))).toBe(
      'Too slow: on two idle processors of the usual machine this run takes at least 10.1 minutes, and may take 10.0 minutes',
    );
  });

  test('is compared with the speed of the machine [R199]', () => {
    expect(warnOfCost(costOf([2_300], 2))).toBeNull();
    expect(warnOfCost(costOf([1_100], 0.5))).toContain('at least 18.3 minutes');
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
