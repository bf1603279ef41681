/**
 * `npm test`: everything the README promises, on this machine. A step that fails does not stop the next, so that one run
 * shows all that is wrong. The end names what failed, and the last line is counted from the runners' own reports.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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
  /** Whether its output is printed as it comes. */
  isLive?: boolean;
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
  isLive: true,
  results: exitCode => resultsOfVitest(read('tests'), exitCode),
};

/** What becomes of scenarios that are not disturbed: those that crash are compared with it. */
const outcomes = join(reports, 'outcomes');

const features: TestStep = {
  name: 'features with XState in development mode',
  script: 'features',
  words: [
    ...['--world-parameters', JSON.stringify({ outcomes })],
    '--format',
    'progress',
    '--format',
    `json:${report('features')}`,
  ],
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
  words: ['--tags', '@durable and not @long', '--json', report('durable'), '--expected', outcomes],
  results: exitCode => resultsOfCucumber(read('durable'), exitCode),
};

/**
 * One row after the other. The lanes of a row run side by side, and the steps of a lane one after the other. The tests start
 * programs and wait for them, so the other lane uses what they leave of the processors.
 */
const rows: TestStep[][][] = [
  [[verdict('build')], [verdict('types')]],
  [
    [tests],
    [
      verdict('package'),
      features,
      crashFeatures,
      terminalFeatures,
      modelTests,
      verdict('bench', ['--smoke']),
      verdict('dead'),
      verdict('lint'),
      verdict('api', ['--check']),
      verdict('charts', ['--check']),
    ],
  ],
];

function read(name: string) {
  return existsSync(report(name)) ? JSON.parse(readFileSync(report(name), 'utf8')) : null;
}

/** The output of a live step is printed as it comes, that of others when they are over: it would mix. */
function run({ name, script, words = [], nodeOptions, isLive = false }: TestStep) {
  const env = { ...process.env, ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }) };
  const stdio = isLive ? 'inherit' : 'pipe';
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
const workSeconds = [measureFixedWork()];
const workTimer = setInterval(() => workSeconds.push(measureFixedWork()), 60_000);
const busyBefore = busySeconds();
const startedAt = performance.now();
const secondsSince = (started: number) => `${((performance.now() - started) / 1000).toFixed(1)} s`;

async function runStep(step: TestStep): Promise<void> {
  if (step.isLive) console.log(`\n── ${step.name}`);
  const started = performance.now();
  const { exitCode, output } = await run(step);
  const results = step.results(exitCode);
  allResults.push(results);
  if (results.failed > 0) failedSteps.push(step.name);
  if (!step.isLive) console.log(`\n── ${step.name}\n${output.trimEnd()}`);
  console.log(`── ${step.name}: ${formatSummary(results)} in ${secondsSince(started)}`);
}

for (const lanes of rows) {
  await Promise.all(
    lanes.map(async steps => {
      for (const step of steps) await runStep(step);
    }),
  );
}
clearInterval(workTimer);
rmSync(reports, { recursive: true, force: true });
const cost = {
  steps: stepTimes,
  busySeconds: busySeconds() - busyBefore,
  workSeconds,
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
