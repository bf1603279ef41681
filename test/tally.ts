/** How many checks of a runner passed and failed. Skipped ones count as neither. */
export interface Tally {
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
export function ofVerdict(passed: boolean): Tally {
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Vitest's json report; null when the runner died before writing one. */
export function ofVitest(report: VitestReport | null, exitCode: number): Tally {
  return believing(exitCode, { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 });
}

/** Cucumber's json report: a scenario passes when every step and hook of it does. */
export function ofCucumber(report: CucumberReport[] | null, exitCode: number): Tally {
  const scenarios = (report ?? []).flatMap(feature => feature.elements ?? []).filter(({ type }) => type === 'scenario');
  const passed = scenarios.filter(({ steps }) => steps.every(({ result }) => result.status === 'passed')).length;
  return believing(exitCode, { passed, failed: scenarios.length - passed });
}

/** A runner that failed without naming a test (a threshold, a file that does not load), or ran none, has failed once. */
function believing(exitCode: number, tally: Tally): Tally {
  const silent = tally.failed === 0 && (exitCode !== 0 || tally.passed === 0);
  return silent ? { ...tally, failed: 1 } : tally;
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.reduce((total, { failed }) => total + failed, 0),
  };
}

/** The last line of a run. */
export function closing({ passed, failed }: Tally): string {
  return `${passed} passed, ${failed} failed`;
}
