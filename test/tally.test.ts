import { describe, expect, test } from 'vitest';
import { closing, ofCucumber, ofVerdict, ofVitest, sum } from './tally.ts';

const scenario = (...statuses: string[]) => ({
  type: 'scenario',
  steps: statuses.map(status => ({ result: { status } })),
});

describe('the closing line of a run', () => {
  test('adds up what every runner reported', () => {
    const tallies = [
      ofVerdict(true),
      ofVitest({ numPassedTests: 40, numFailedTests: 2 }, 1),
      ofCucumber([{ elements: [scenario('passed', 'passed')] }], 0),
    ];
    expect(closing(sum(tallies))).toBe('42 passed, 2 failed');
  });

  test('counts a runner that failed without naming a test as one failure', () => {
    expect(ofVitest({ numPassedTests: 40, numFailedTests: 0 }, 1)).toEqual({ passed: 40, failed: 1 });
    expect(ofCucumber([{ elements: [scenario('passed')] }], 1)).toEqual({ passed: 1, failed: 1 });
    expect(ofVerdict(false)).toEqual({ passed: 0, failed: 1 });
  });

  test('does not believe a runner that says all is well and ran nothing', () => {
    expect(ofVitest({ numPassedTests: 0, numFailedTests: 0 }, 0)).toEqual({ passed: 0, failed: 1 });
    expect(ofVitest(null, 0)).toEqual({ passed: 0, failed: 1 });
    expect(ofCucumber(null, 0)).toEqual({ passed: 0, failed: 1 });
    expect(ofCucumber([{}], 0)).toEqual({ passed: 0, failed: 1 });
  });

  test('counts scenarios, not backgrounds, and takes an undefined step for a failure', () => {
    const report = [
      {
        elements: [{ ...scenario('passed'), type: 'background' }, scenario('passed', 'undefined'), scenario('passed')],
      },
    ];
    expect(ofCucumber(report, 1)).toEqual({ passed: 1, failed: 1 });
  });
});
