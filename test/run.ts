/**
 * `npm test`: everything the README promises, on this machine, one step after the other. A step that fails does not
 * stop the next, so that one run shows all that is wrong. The last line is counted from the runners' own reports.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closing, ofCucumber, ofVerdict, ofVitest, sum, type Tally } from './tally.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = mkdtempSync(join(tmpdir(), 'troupe-reports-'));
const report = (name: string) => join(reports, `${name}.json`);
const vitestReport = (name: string) => ['--reporter=default', '--reporter=json', `--outputFile.json=${report(name)}`];

interface Step {
  name: string;
  /** A script of package.json, and what is added to it. */
  script: string;
  words?: string[];
  nodeOptions?: string;
  tally(exitCode: number): Tally;
}

/** XState's two builds differ in what they say of a machine: tests of files, merges, words and windows would run twice for nothing. */
const whereMachinesRun = ['actors', 'contract', 'crash', 'durable', 'machines', 'model', 'runtime', 'snapshots'];

const verdict = (script: string, words: string[] = []): Step => ({
  name: script,
  script,
  words,
  tally: exitCode => ofVerdict(exitCode === 0),
});

const steps: Step[] = [
  verdict('build'),
  verdict('lint'),
  verdict('types'),
  verdict('layers'),
  verdict('dead'),
  verdict('api', ['--check']),
  verdict('package'),
  {
    name: 'tests',
    script: 'coverage',
    words: vitestReport('tests'),
    tally: exitCode => ofVitest(read('tests'), exitCode),
  },
  {
    name: 'tests with XState in development mode',
    script: 'vitest',
    words: [...whereMachinesRun.map(folder => `test/${folder}/`), ...vitestReport('development')],
    nodeOptions: '--conditions=development',
    tally: exitCode => ofVitest(read('development'), exitCode),
  },
  {
    name: 'features',
    script: 'features',
    words: ['--format', 'progress', '--format', `json:${report('features')}`],
    tally: exitCode => ofCucumber(read('features'), exitCode),
  },
  {
    name: 'features through the command line',
    script: 'features',
    words: ['--profile', 'terminal', '--format', 'progress', '--format', `json:${report('terminal')}`],
    tally: exitCode => ofCucumber(read('terminal'), exitCode),
  },
  {
    name: 'features, dying after every commit',
    script: 'durable',
    words: ['--tags', '@durable and not @long', '--json', report('durable')],
    tally: exitCode => ofCucumber(read('durable'), exitCode),
  },
];

function read(name: string) {
  return existsSync(report(name)) ? JSON.parse(readFileSync(report(name), 'utf8')) : null;
}

function run({ script, words = [], nodeOptions }: Step): Promise<number> {
  const env = { ...process.env, ...(nodeOptions === undefined ? {} : { NODE_OPTIONS: nodeOptions }) };
  const child = spawn('npm', ['run', '--silent', script, '--', ...words], { cwd: root, env, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 1));
  });
}

const tallies: Tally[] = [];
const failures: string[] = [];
for (const step of steps) {
  console.log(`\n── ${step.name}`);
  const started = performance.now();
  const tally = step.tally(await run(step));
  tallies.push(tally);
  if (tally.failed > 0) failures.push(step.name);
  console.log(`── ${step.name}: ${closing(tally)} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
rmSync(reports, { recursive: true, force: true });

console.log(failures.length === 0 ? '' : `\nFailed: ${failures.join(', ')}`);
console.log(closing(sum(tallies)));
process.exitCode = failures.length === 0 ? 0 : 1;
