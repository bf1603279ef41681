import { describe, expect, test } from 'vitest';
import { countsOfCucumber, countsOfExit, countsOfVitest, formatSummary, sumCounts } from './test-summary.ts';

const scenario = (...statuses: string[]) => ({
  type: 'scenario',
  steps: statuses.map(status => ({ result: { status } })),
});

describe('the summary line of a run', () => {
  test('adds up the results of every runner', () => {
    const tallies = [
      countsOfExit(true),
      countsOfVitest({ numPassedTests: 40, numFailedTests: 2 }, 1),
      countsOfCucumber([{ elements: [scenario('passed', 'passed')] }], 0),
    ];
    expect(formatSummary(sumCounts(tallies))).toBe('42 passed, 2 failed');
  });

  test('counts a runner that failed without naming a test as one failure', () => {
    expect(countsOfVitest({ numPassedTests: 40, numFailedTests: 0 }, 1)).toEqual({ passed: 40, failed: 1 });
    expect(countsOfCucumber([{ elements: [scenario('passed')] }], 1)).toEqual({ passed: 1, failed: 1 });
    expect(countsOfExit(false)).toEqual({ passed: 0, failed: 1 });
  });

  test('counts a runner that reports success without tests as a failure', () => {
    expect(countsOfVitest({ numPassedTests: 0, numFailedTests: 0 }, 0)).toEqual({ passed: 0, failed: 1 });
    expect(countsOfVitest(null, 0)).toEqual({ passed: 0, failed: 1 });
    expect(countsOfCucumber(null, 0)).toEqual({ passed: 0, failed: 1 });
    expect(countsOfCucumber([{}], 0)).toEqual({ passed: 0, failed: 1 });
  });

  test('counts scenarios, not backgrounds, and an undefined step as a failure', () => {
    const report = [
      {
        elements: [{ ...scenario('passed'), type: 'background' }, scenario('passed', 'undefined'), scenario('passed')],
      },
    ];
    expect(countsOfCucumber(report, 1)).toEqual({ passed: 1, failed: 1 });
  });
});
