/** How many checks of a runner passed and failed. Skipped ones count as neither. */
export interface TestCounts {
  passed: number;
  failed: number;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
}
interface CucumberReport {
  elements?: { type: string; steps: { result: { status: string } }[] }[];
}

/** A step that only says yes or no. */
export function countsOfExit(passed: boolean): TestCounts {
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Vitest's json report; null when the runner died before writing one. */
export function countsOfVitest(report: VitestReport | null, exitCode: number): TestCounts {
  return countUnnamedFailure(exitCode, { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 });
}

/** Cucumber's json report: a scenario passes when every step and hook of it does. */
export function countsOfCucumber(report: CucumberReport[] | null, exitCode: number): TestCounts {
  const scenarios = (report ?? []).flatMap(feature => feature.elements ?? []).filter(({ type }) => type === 'scenario');
  const passed = scenarios.filter(({ steps }) => steps.every(({ result }) => result.status === 'passed')).length;
  return countUnnamedFailure(exitCode, { passed, failed: scenarios.length - passed });
}

/** A runner that failed without naming a test (a threshold, a file that does not load), or ran none, has failed once. */
function countUnnamedFailure(exitCode: number, counts: TestCounts): TestCounts {
  const silent = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0);
  return silent ? { ...counts, failed: 1 } : counts;
}

export function sumCounts(all: readonly TestCounts[]): TestCounts {
  return {
    passed: all.reduce((total, { passed }) => total + passed, 0),
    failed: all.reduce((total, { failed }) => total + failed, 0),
  };
}

/** The last line of a run. */
export function formatSummary({ passed, failed }: TestCounts): string {
  return `${passed} passed, ${failed} failed`;
}
