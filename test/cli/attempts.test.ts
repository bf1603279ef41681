/** Several attempts at one goal, on the command line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

let project: TestRepository;

const shell = (script: string) => ({ kind: 'command', argv: ['sh', '-c', script] });
/** Its process differs from attempt to attempt. */
const writer = shell('echo "made by $$" > made.txt');
const judge = shell(`echo '{"finding":{"severity":"note","text":"attempt 2: it is shorter"}}'`);

beforeEach(() => {
  project = createRepository();
  const folder = join(dirname(project.folder), '.config/troupe');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), stringify({ agents: { writer, judge } }));
});
afterEach(() => project.remove());

const added = (diff: string) => /^\+(made by \d+)$/m.exec(diff)?.[1];
const diffOf = async (...words: string[]) => added((await runTroupe(project, ['plan', 'diff', ...words])).out);

test('--attempts with --judge runs them side by side, and the result is the one that the judge chose [R243]', async () => {
  const run = ['run', 'Write made.txt', '--agent', 'writer', '--attempts', '2', '--judge', 'judge', '--yes'];
  const { code, err } = await runTroupe(project, run);
  expect([code, err]).toEqual([0, expect.not.stringContaining('error')]);
  const [first, second] = [await diffOf('--attempt', '1'), await diffOf('--attempt', '2')];
  expect(first).toMatch(/made by/);
  expect(second).not.toBe(first);
  expect(await diffOf()).toBe(second);
});

test('without a judge the plan waits for your choice [R243]', async () => {
  const { code, err } = await runTroupe(project, [
    'run',
    'Write made.txt',
    '--agent',
    'writer',
    '--attempts',
    '2',
    '--yes',
  ]);
  expect([code, err]).toEqual([5, expect.stringContaining('troupe plan resolve --attempt')]);
  const first = await diffOf('--attempt', '1');
  expect(await runTroupe(project, ['plan', 'resolve', '--attempt', '1'])).toMatchObject({ code: 0 });
  expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({ data: { plan: { state: 'complete' } } });
  expect(await diffOf()).toBe(first);
});

test.each([
  ['a judge without attempts', ['--judge', 'judge'], '--judge chooses between attempts: say how many, with --attempts'],
  ['a number that is none', ['--attempts', 'two'], '--attempts'],
])('%s is a USAGE error', async (_, words, expected) => {
  const { code, err } = await runTroupe(project, ['run', 'Write made.txt', '--agent', 'writer', ...words]);
  expect([code, err]).toEqual([2, expect.stringContaining(expected)]);
});
