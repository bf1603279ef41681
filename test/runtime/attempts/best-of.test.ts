import { expect, test } from 'vitest';
import { type AgentTask, planTitle } from '../../../src/index.ts';
import { toPlanSummary } from '../../../src/runtime/views/plan-summary.ts';
import { createTestProject } from '../test-project.ts';

/** Each attempt writes its own number. */
const work = async (task: AgentTask) => {
  await task.call('write', { path: 'answer.txt', content: `${task.plan.attemptNumber ?? 'none'}\n` });
};

const finding = (task: AgentTask, text: string) => task.call('builtin/finding', { severity: 'note', text });

const check = (forbidden: string) => ({
  name: 'answer',
  argv: [
    process.execPath,
    '-e',
    `process.exit(require('fs').readFileSync('answer.txt','utf8') === '${forbidden}\\n' ? 1 : 0)`,
  ],
});

const attempts = (count: number, judge: string | null = 'judge') => ({
  attempts: { count, judge },
  definitionOfDone: 'answer.txt has an answer',
});

test('[R243] the judge gets the changes of each attempt and the goal, and its verdict is recorded with its reasons', async () => {
  const asked: AgentTask[] = [];
  const testProject = await createTestProject({
    async judge(task) {
      asked.push(task);
      await finding(task, 'attempt 2: it is the only even one');
    },
  });
  const { plan, record } = await testProject.run(work, attempts(3));
  expect([record.phase, record.state, record.error]).toEqual(['execute', 'complete', null]);
  expect(asked.map(({ plan: { description, definitionOfDone } }) => [description, definitionOfDone])).toEqual([
    ['Play', 'answer.txt has an answer'],
  ]);
  expect([asked[0]?.choices, asked[0]?.problem]).toEqual([[1, 2, 3], null]);
  for (const number of [1, 2, 3]) {
    expect(asked[0]?.diff).toMatch(new RegExp(`## Attempt ${number}\\n[^#]*\\+${number}\\n`));
  }
  expect(await plan.diff()).toContain('+2\n');
  const choice = (await plan.decisions()).find(({ question }) => question.startsWith('Which of 3 attempts'));
  expect(choice).toMatchObject({ chosenOption: 'attempt 2', rationale: 'it is the only even one' });
  const kept = await Promise.all(
    record.subplanStatuses.map(async ({ planId }) => (await testProject.troupe.get(planId)).diff()),
  );
  expect(kept.map(diff => /\+(\d)\n/.exec(diff)?.[1])).toEqual(['1', '2', '3']);
});

test('[R243] an attempt that fails a required check cannot be chosen', async () => {
  const offered: (string | null)[] = [];
  const testProject = await createTestProject({
    async judge(task) {
      offered.push(task.diff);
      await finding(task, offered.length === 1 ? 'attempt 1: I like it' : 'attempt 3: the best of the others');
    },
  });
  const { plan, record } = await testProject.run(work, {
    ...attempts(3),
    validations: [check('1')],
    subplans: { maxRetries: 0 },
  });
  expect(record.state).toBe('complete');
  expect(record.subplanStatuses.map(({ state }) => state)).toEqual(['failed', 'complete', 'complete']);
  expect(offered).toHaveLength(2);
  expect(offered[0]).not.toContain('Attempt 1');
  expect(await plan.diff()).toContain('+3\n');
});

test('[R243] a judge that gives no verdict twice leaves the choice to you', async () => {
  const problems: (string | null)[] = [];
  const testProject = await createTestProject({
    async judge(task) {
      problems.push(task.problem);
      await finding(task, 'all of them are fine');
    },
  });
  const { plan, record } = await testProject.run(work, attempts(2));
  expect(problems).toHaveLength(2);
  expect(problems[1]).toContain('all of them are fine');
  expect([record.state, record.error?.code]).toEqual(['conflicted', 'AGENT_FAILED']);
  await expect(plan.conflicts.resolve('attempts', 'ours')).rejects.toMatchObject({ code: 'USAGE' });
  await expect(plan.conflicts.resolve('attempts', { attempt: 3 })).rejects.toMatchObject({ code: 'USAGE' });
  await plan.conflicts.resolve('attempts', { attempt: 1 });
  expect((await plan.waitUntilIdle()).state).toBe('complete');
  expect(await plan.diff()).toContain('+1\n');
  const choice = (await plan.decisions()).find(({ type }) => type === 'user_intervention');
  expect(choice).toMatchObject({ chosenOption: 'attempt 1' });
});

test('[R243] without a judge the plan waits for your choice, also after a restart, and no attempt runs again', async () => {
  let runs = 0;
  const testProject = await createTestProject();
  const { plan, record } = await testProject.run(
    async task => {
      runs += 1;
      await work(task);
    },
    attempts(2, null),
  );
  expect([record.state, record.resting, runs]).toEqual(['conflicted', true, 2]);
  const again = await (await testProject.reopen()).get(plan.id);
  await again.conflicts.resolve('attempts', { attempt: 2 });
  expect((await again.waitUntilIdle()).state).toBe('complete');
  expect([runs, (await again.diff()).includes('+2\n')]).toEqual([2, true]);
});

test('[R243] attempts with the same result need no judge', async () => {
  const testProject = await createTestProject({
    judge() {
      throw new Error('there is nothing to judge');
    },
  });
  const same = (task: AgentTask) => task.call('write', { path: 'answer.txt', content: 'same\n' });
  const { record } = await testProject.run(same, attempts(3));
  expect([record.state, record.changeSet?.files.length]).toEqual(['complete', 1]);
});

test('[R243] if no attempt passes, the plan fails', async () => {
  const testProject = await createTestProject();
  const always = { name: 'never', argv: [process.execPath, '-e', 'process.exit(1)'] };
  const { record } = await testProject.run(work, {
    ...attempts(2, null),
    validations: [always],
    subplans: { maxRetries: 0 },
  });
  expect([record.state, record.error?.code]).toEqual(['errored', 'SUBPLANS_FAILED']);
});

test('[R243] attempts have their number in the title by which lists and views show them, and their own subplans have none', async () => {
  const testProject = await createTestProject();
  const { plan } = await testProject.run(
    async task => {
      if (task.plan.depth === 2) return void (await task.call('write', { path: 'part.txt', content: 'part\n' }));
      await work(task);
      if (task.plan.attemptNumber === 1)
        await task.call('builtin/plan-subplan', {
          planId: task.plan.planId,
          goal: 'A part',
          resourceScopes: ['part.txt'],
        });
    },
    attempts(2, null),
  );
  const { children } = await testProject.troupe.tree(plan.id);
  expect(children.map(child => planTitle(child.plan))).toEqual(['Attempt 1: Play', 'Attempt 2: Play']);
  expect(children.map(child => toPlanSummary(child.plan).goal)).toEqual(['Attempt 1: Play', 'Attempt 2: Play']);
  expect(children[0]?.children.map(child => planTitle(child.plan))).toEqual(['A part']);
});

test('[R243] attempts use up one budget together', async () => {
  const testProject = await createTestProject();
  const spend = async (task: AgentTask) => {
    task.reportUsage({ tokens: 600 });
    await work(task);
  };
  const { record } = await testProject.run(spend, { ...attempts(3, null), budget: { tokens: 1000 } });
  expect(record).toMatchObject({ state: 'errored', error: { code: 'BUDGET_EXHAUSTED' } });
  const enough = await testProject.run(spend, { ...attempts(3, null), budget: { tokens: 1900 } });
  expect(enough.record).toMatchObject({ state: 'conflicted', spent: { tokens: 1800 } });
});

test.each([0, 11, 1.5])('[R243] %s attempts are refused', async count => {
  const testProject = await createTestProject();
  await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
  const used = testProject.troupe.use({ action: 'play', attempts: { count, judge: null } });
  await expect(used).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('[R243] an unknown judge is refused before any attempt runs', async () => {
  let runs = 0;
  const testProject = await createTestProject();
  const { record } = await testProject.run(
    () => {
      runs += 1;
    },
    attempts(2, 'unknown'),
  );
  expect([record.phase, record.state, record.error?.code, runs]).toEqual(['strategize', 'queued', 'UNKNOWN_AGENT', 0]);
});

test('[R243] if the strategy splits the goal, each subplan is attempted so often, and the chosen results are merged', async () => {
  const testProject = await createTestProject();
  const subplan = (goal: string) => ({ subplan: { goal, resourceScopes: [`${goal}.txt`] } });
  const { plan, record } = await testProject.run(
    async ({ call, plan: { description, attemptNumber = 0 } }) => {
      const name = description.includes('left') ? 'left' : 'right';
      await call('write', { path: `${name}.txt`, content: `${attemptNumber}\n` });
    },
    {
      attempts: {
        count: 2,
        judge: { kind: 'steps', steps: [{ finding: { severity: 'note', text: 'attempt 2: the last' } }] },
      },
      strategyActor: { kind: 'steps', steps: [subplan('left'), subplan('right')] },
    },
  );
  expect([record.state, record.error, record.subplanStatuses.length]).toEqual(['complete', null, 2]);
  const children = await Promise.all(
    record.subplanStatuses.map(async ({ planId }) => (await testProject.troupe.get(planId)).record()),
  );
  expect(children.map(({ subplanStatuses }) => subplanStatuses.length)).toEqual([2, 2]);
  const diff = await plan.diff();
  expect(['left.txt', 'right.txt'].map(path => new RegExp(`b/${path}\n@@[^@]*@@\n\\+(\\d)`).exec(diff)?.[1])).toEqual([
    '2',
    '2',
  ]);
});
