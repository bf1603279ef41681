/** Attempts at one goal whose process is killed with -9: while they work, at their validations, at the judge, and while a person chooses. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listTaggedProcesses } from '../../src/agents.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { spawnTroupe } from './spawn-troupe.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/**
 * One program for all stages. It logs each start; at the stage of STAGE it waits forever the first time, until it is killed. The
 * number of the attempt is in its prompt, and then in the file that it wrote.
 */
const program = `
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
const stage = process.argv[2];
const prompt = stage === 'check' ? '' : readFileSync(0, 'utf8');
const number = stage === 'check' ? readFileSync('answer.txt', 'utf8').trim() : (/attempt (\\d) of/.exec(prompt)?.[1] ?? 'x');
appendFileSync(process.env.HOME + '/starts', stage + ' ' + number + '\\n');
const sign = process.env.HOME + '/started-' + stage + '-' + number;
if (process.env.STAGE === stage && !existsSync(sign)) {
  writeFileSync(sign, '');
  await new Promise(resolve => setTimeout(resolve, 300_000));
}
if (stage === 'work') writeFileSync('answer.txt', number + '\\n');
if (stage === 'judge') {
  console.log(JSON.stringify({ finding: { severity: 'note', text: 'attempt 2: it is even' } }));
  console.log(JSON.stringify({ type: 'result', summary: 'chosen' }));
}
`;

const actionOf = (judged: boolean) => ({
  name: 'local/try',
  description: 'Find the answer',
  executionActor: { kind: 'command', argv: ['node', '{{actionDir}}/stage.mjs', 'work'] },
  attempts: {
    count: 2,
    ...(judged && { judge: { kind: 'command', argv: ['node', '{{actionDir}}/stage.mjs', 'judge'] } }),
  },
});

let project: TestRepository;
beforeEach(() => {
  project = createRepository();
  project.write('../stage.mjs', program);
});
afterEach(() => project.remove());

const home = (name: string) => join(project.env.HOME ?? '', name);
const ownerFile = () => join(project.folder, '.git/troupe/owner.json');
const statusOf = async () => (await runTroupeJson(project, ['plan', 'status'])).data.plan as Record<string, unknown>;
const starts = () => readFileSync(home('starts'), 'utf8').trim().split('\n').sort();

/** Runs the action until all signs are there, kills the process, and continues the plan. Returns the plan's JSON. */
async function killAt(stage: string, signs: readonly string[]): Promise<Record<string, unknown>> {
  const check = { name: 'check', argv: ['node', home('stage.mjs'), 'check'] };
  const action = project.write('../try.yaml', JSON.stringify({ ...actionOf(true), validations: [check] }));
  const words = ['run', '-f', action, '--env', `STAGE=${stage}`];
  const { child, exited, output } = spawnTroupe(project, words);
  const areStarted = () => signs.every(sign => existsSync(home(sign)));
  await expect.poll(areStarted, { message: output(), timeout: 60_000 }).toBe(true);
  child.kill('SIGKILL');
  await exited;
  await runTroupe(project, ['plan', 'execute', '--env', `STAGE=${stage}`]);
  const plan = await statusOf();
  const left = (await listTaggedProcesses()).filter(({ tag }) => tag.includes(String(plan.plan_id)));
  expect(left).toEqual([]);
  return plan;
}

test.each([
  // Which work starts again: what was open, and nothing else.
  [
    'work',
    ['started-work-1', 'started-work-2'],
    ['check 1', 'check 2', 'judge x', 'work 1', 'work 1', 'work 2', 'work 2'],
  ],
  [
    'check',
    ['started-check-1', 'started-check-2'],
    ['check 1', 'check 1', 'check 2', 'check 2', 'judge x', 'work 1', 'work 2'],
  ],
  ['judge', ['started-judge-x'], ['check 1', 'check 2', 'judge x', 'judge x', 'work 1', 'work 2']],
])(
  '[R243] [R245] attempts killed at %s continue; only what was open starts again, and one is chosen',
  async (stage, signs, all) => {
    expect(await killAt(stage, signs)).toMatchObject({ phase: 'execute', state: 'complete', error: null });
    expect(starts()).toEqual(all);
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+2\n');
    const tree = (await runTroupe(project, ['plan', 'tree'])).out;
    expect([...tree.matchAll(/Attempt (\d): Find the answer/g)].map(([, number]) => number)).toEqual(['1', '2']);
  },
  180_000,
);

test('[R243] a choice that waits for you waits after the kill of the process that has the plan, and no attempt starts again', async () => {
  const action = project.write('../try.yaml', JSON.stringify(actionOf(false)));
  await runTroupe(project, ['run', '-f', action]);
  expect(await statusOf()).toMatchObject({ state: 'conflicted' });
  const { child, exited } = spawnTroupe(project, ['owner', 'serve']);
  const served = () => existsSync(ownerFile()) && JSON.parse(readFileSync(ownerFile(), 'utf8')).pid === child.pid;
  await expect.poll(served, { timeout: 60_000 }).toBe(true);
  child.kill('SIGKILL');
  await exited;
  expect(await statusOf()).toMatchObject({ state: 'conflicted' });
  await runTroupe(project, ['plan', 'resolve', '--attempt', '1']);
  expect(await statusOf()).toMatchObject({ state: 'complete' });
  expect(starts()).toEqual(['work 1', 'work 2']);
}, 180_000);
