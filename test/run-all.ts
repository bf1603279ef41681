/**
 * `npm test`: everything the README promises, on this machine. A step that fails does not stop the next, so that one run
 * shows all that is wrong. The end names what failed, and the last line is counted from the runners' own reports.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  busySeconds,
  formatCost,
  judgeCost,
  measureFixedWork,
  parseTimes,
  type StepTime,
  timingScript,
} from './run-cost.ts';
import {
  formatSummary,
  resultsOfCucumber,
  resultsOfExit,
  resultsOfVitest,
  sumResults,
  type TestResults,
} from './test-summary.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'troupe-reports-'));
const report = (name: string) => join(reports, `${name}.json`);
const vitestReport = (name: string) => ['--reporter=default', '--reporter=json', `--outputFile.json=${report(name)}`];

interface TestStep {
  name: string;
  /** A script of package.json, and what is added to it. */
  script: string;
  words?: string[];
  nodeOptions?: string;
  results(exitCode: number): TestResults;
}

/**
 * XState has two builds. Vitest always loads the one for development, which reports what the other does not, and so do the features
 * here; the features through the command line and those that crash load the one that users get. So whole plans run with both.
 */
const inDevelopment = '--conditions=development';

const verdict = (script: string, words: string[] = []): TestStep => ({
  name: script,
  script,
  words,
  results: exitCode => resultsOfExit(exitCode === 0),
});

/** Walks through whole state spaces. Coverage would double the time and say nothing new, so it runs once, by itself. */
const withoutModelTests = ['--project=!models'];

const modelTests: TestStep = {
  name: 'proofs',
  script: 'vitest',
  words: ['--project=models', ...vitestReport('proofs')],
  results: exitCode => resultsOfVitest(read('proofs'), exitCode),
};

/**
 * Thousands of these start processes and wait for them, and a busy machine fails one now and then: it gets a second try, and
 * the end of the run names it.
 */
const tests: TestStep = {
  name: 'tests',
  script: 'coverage',
  words: [...withoutModelTests, '--retry=1', ...vitestReport('tests')],
  results: exitCode => resultsOfVitest(read('tests'), exitCode),
};

const features: TestStep = {
  name: 'features with XState in development mode',
  script: 'features',
  words: ['--format', 'progress', '--format', `json:${report('features')}`],
  nodeOptions: inDevelopment,
  results: exitCode => resultsOfCucumber(read('features'), exitCode),
};

const terminalFeatures: TestStep = {
  name: 'features through the command line',
  script: 'features',
  words: ['--profile', 'terminal', '--format', 'progress', '--format', `json:${report('terminal')}`],
  results: exitCode => resultsOfCucumber(read('terminal'), exitCode),
};

const crashFeatures: TestStep = {
  name: 'features, dying after every commit',
  script: 'durable',
  words: ['--tags', '@durable and not @long', '--json', report('durable')],
  results: exitCode => resultsOfCucumber(read('durable'), exitCode),
};

/**
 * One row after the other. What shares a row needs one processor each and nothing of the others: it runs side by side, the
 * longest first, so that both processors are used to the end.
 */
const stages: TestStep[][] = [
  [verdict('build'), verdict('types')],
  [
    verdict('package'),
    modelTests,
    verdict('bench', ['--smoke']),
    verdict('dead'),
    verdict('lint'),
    verdict('api', ['--check']),
    verdict('charts', ['--check']),
  ],
  ...[tests, features, terminalFeatures, crashFeatures].map(step => [step]),
];

function read(name: string) {
  return existsSync(report(name)) ? JSON.parse(readFileSync(report(name), 'utf8')) : null;
}

/** Output is inherited, or kept until the step is over where it would mix with that of others. */
function run({ name, script, words = [], nodeOptions }: TestStep, { isAlone }: { isAlone: boolean }) {
  const env = { ...process.env, ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }) };
  const stdio = isAlone ? 'inherit' : 'pipe';
  const times = join(reports, `${name}.times`);
  const command = ['npm', 'run', '--silent', script, '--', ...words];
  const child = spawn('sh', ['-c', timingScript, times, ...command], { cwd: root, env, stdio });
  const printed: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => printed.push(chunk));
  return new Promise<{ exitCode: number; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => {
      const processorSeconds = existsSync(times) ? parseTimes(readFileSync(times, 'utf8')) : null;
      stepTimes.push({ name, processorSeconds });
      resolve({ exitCode: code ?? 1, output: Buffer.concat(printed).toString() });
    });
  });
}

const allResults: TestResults[] = [];
const failedSteps: string[] = [];
const stepTimes: StepTime[] = [];
const workBefore = measureFixedWork();
const busyBefore = busySeconds();
const startedAt = performance.now();
const secondsSince = (started: number) => `${((performance.now() - started) / 1000).toFixed(1)} s`;

async function runStep(step: TestStep, { isAlone }: { isAlone: boolean }): Promise<void> {
  if (isAlone) console.log(`\n── ${step.name}`);
  const started = performance.now();
  const { exitCode, output } = await run(step, { isAlone });
  const results = step.results(exitCode);
  allResults.push(results);
  if (results.failed > 0) failedSteps.push(step.name);
  if (!isAlone) console.log(`\n── ${step.name}\n${output.trimEnd()}`);
  console.log(`── ${step.name}: ${formatSummary(results)} in ${secondsSince(started)}`);
}

for (const stage of stages) {
  const waiting = [...stage];
  const isAlone = stage.length === 1;
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) await runStep(step, { isAlone });
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
}
rmSync(reports, { recursive: true, force: true });
const cost = {
  steps: stepTimes,
  busySeconds: busySeconds() - busyBefore,
  workSeconds: [workBefore, measureFixedWork()],
};

const tooSlow = judgeCost(cost);
if (tooSlow?.fails) {
  failedSteps.push('the cost of the run');
  allResults.push(resultsOfExit(false));
}

const total = sumResults(allResults);
for (const flaky of total.flaky) console.log(`\nPassed at the second try: ${flaky}`);
for (const failure of total.failures) console.log(`\nFailed: ${failure}`);
if (failedSteps.length > 0) console.log(`\nFailed steps: ${failedSteps.join(', ')}`);
console.log(`\n${formatCost(cost)}`);
if (tooSlow !== null) console.log(tooSlow.text);
console.log(`\nAll in ${secondsSince(startedAt)}`);
console.log(formatSummary(total));
process.exitCode = failedSteps.length === 0 ? 0 : 1;
