import { describe, expect, test } from 'vitest';
import { formatSummary, resultsOfCucumber, resultsOfExit, resultsOfVitest, sumResults } from './test-summary.ts';

const scenario = (...statuses: string[]) => ({
  type: 'scenario',
  name: 'Into the checkout',
  steps: statuses.map((status, index) => ({ name: `step ${index}`, result: { status } })),
});
const feature = (...elements: ReturnType<typeof scenario>[]) => [{ name: 'Apply', elements }];
const vitestTest = (fullName: string, status: string, failureMessages: string[]) => ({
  fullName,
  status,
  failureMessages,
});
const vitestReport = (passed: number, failed: number, ...tests: ReturnType<typeof vitestTest>[]) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  testResults: [{ name: 'a.test.ts', status: failed > 0 ? 'failed' : 'passed', message: '', assertionResults: tests }],
});

describe('the end of a run', () => {
  test('adds up the results of every runner', () => {
    const all = [
      resultsOfExit(true),
      resultsOfVitest(vitestReport(40, 2), 1),
      resultsOfCucumber(feature(scenario('passed', 'passed')), 0),
    ];
    expect(formatSummary(sumResults(all))).toBe('42 passed, 2 failed');
  });

  test('names each failed test, with the first lines of its error', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
    const { failures } = resultsOfVitest(vitestReport(1, 1, vitestTest('adds', 'failed', [lines])), 1);
    expect(failures).toEqual([expect.stringMatching(/^a\.test\.ts > adds\n {4}line 0\n/)]);
    expect(failures[0]?.split('\n')).toHaveLength(16);
  });

  test('names a test file that does not load', () => {
    const report = vitestReport(3, 0);
    Object.assign(report.testResults[0] ?? {}, { status: 'failed', message: 'Cannot find module' });
    expect(resultsOfVitest(report, 1)).toMatchObject({ failed: 1, failures: ['a.test.ts\n    Cannot find module'] });
  });

  test('names a failed scenario and its step', () => {
    expect(resultsOfCucumber(feature(scenario('passed', 'undefined')), 1).failures).toEqual([
      'Apply: Into the checkout: step 1\n    no error was reported',
    ]);
  });

  test('counts a test that passes at its second try as passed, and names it', () => {
    const report = vitestReport(2, 0, vitestTest('adds', 'passed', []), vitestTest('waits', 'passed', ['too late']));
    const results = resultsOfVitest(report, 0);
    expect(results.flaky).toEqual(['a.test.ts > waits\n    too late']);
    expect(formatSummary(results)).toBe('2 passed, 0 failed');
  });

  test('counts a runner that failed without naming a test as one failure', () => {
    expect(resultsOfVitest(vitestReport(40, 0), 1)).toMatchObject({ passed: 40, failed: 1 });
    expect(resultsOfCucumber(feature(scenario('passed')), 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(resultsOfExit(false)).toMatchObject({ passed: 0, failed: 1 });
  });

  test('counts a runner that reports success without tests as a failure', () => {
    expect(resultsOfVitest(vitestReport(0, 0), 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(resultsOfVitest(null, 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(resultsOfCucumber(null, 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(resultsOfCucumber([{ name: 'Empty' }], 0)).toMatchObject({ passed: 0, failed: 1 });
  });

  test('counts scenarios, not backgrounds, and an undefined step as a failure', () => {
    const report = feature(
      { ...scenario('passed'), type: 'background' },
      scenario('passed', 'undefined'),
      scenario('passed'),
    );
    expect(resultsOfCucumber(report, 1)).toMatchObject({ passed: 1, failed: 1 });
  });
});
