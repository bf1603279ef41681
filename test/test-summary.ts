/** What a runner reports. Skipped tests count as neither passed nor failed. */
export interface TestResults {
  passed: number;
  failed: number;
  /** Names of failed tests, each with the first lines of its error. */
  failures: string[];
  /** Names of tests that failed and passed when they were run again, with the first lines of the error. */
  flaky: string[];
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { name: string; message: string; status: string; assertionResults: VitestTest[] }[];
}
interface VitestTest {
  fullName: string;
  status: string;
  /** A test that passed at its second try has the error of the first. */
  failureMessages: string[] | null;
}
interface CucumberReport {
  name: string;
  elements?: CucumberScenario[];
}
interface CucumberScenario {
  type: string;
  name: string;
  steps: { name?: string; result: { status: string; error_message?: string } }[];
}

const linesPerError = 15;

/** A step that only passes or fails. */
export function resultsOfExit(passed: boolean): TestResults {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, failures: [], flaky: [] };
}

/** Vitest's JSON report; null when the runner died before writing one. */
export function resultsOfVitest(report: VitestReport | null, exitCode: number): TestResults {
  const files = report?.testResults ?? [];
  const tests = files.flatMap(({ name: file, assertionResults }) =>
    assertionResults.map(({ fullName, status, failureMessages }) => ({
      status,
      errors: failureMessages ?? [],
      text: formatFailure(`${file} > ${fullName}`, failureMessages?.[0]),
    })),
  );
  const unreadable = files.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return countUnnamedFailure(exitCode, {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    failures: [
      ...unreadable.map(({ name, message }) => formatFailure(name, message)),
      ...tests.filter(({ status }) => status === 'failed').map(({ text }) => text),
    ],
    flaky: tests.filter(({ status, errors }) => status === 'passed' && errors.length > 0).map(({ text }) => text),
  });
}

/** Cucumber's JSON report: a scenario passes when all its steps and hooks pass. */
export function resultsOfCucumber(report: CucumberReport[] | null, exitCode: number): TestResults {
  const scenarios = (report ?? []).flatMap(({ name: feature, elements }) =>
    (elements ?? [])
      .filter(({ type }) => type === 'scenario')
      .map(({ name, steps }) => ({
        name: `${feature}: ${name}`,
        failedStep: steps.find(({ result }) => result.status !== 'passed'),
      })),
  );
  const failures = scenarios.flatMap(({ name, failedStep }) =>
    failedStep === undefined
      ? []
      : [formatFailure(`${name}: ${failedStep.name ?? 'a hook'}`, failedStep.result.error_message)],
  );
  const failed = failures.length;
  return countUnnamedFailure(exitCode, { passed: scenarios.length - failed, failed, failures, flaky: [] });
}

/** A runner that failed without naming a test (a threshold, a file that does not load), or ran none, has failed once. */
function countUnnamedFailure(exitCode: number, results: TestResults): TestResults {
  const isUnnamed = results.failed === 0 && (exitCode !== 0 || results.passed === 0);
  return isUnnamed ? { ...results, failed: 1 } : results;
}

function formatFailure(name: string, error = 'no error was reported'): string {
  const lines = error.trimEnd().split('\n').slice(0, linesPerError);
  return [name, ...lines.map(line => `    ${line}`)].join('\n');
}

export function sumResults(all: readonly TestResults[]): TestResults {
  return {
    passed: all.reduce((total, { passed }) => total + passed, 0),
    failed: all.reduce((total, { failed }) => total + failed, 0),
    failures: all.flatMap(({ failures }) => failures),
    flaky: all.flatMap(({ flaky }) => flaky),
  };
}

/** The last line of a run. */
export function formatSummary({ passed, failed }: TestResults): string {
  return `${passed} passed, ${failed} failed`;
}
