import { expect, test } from 'vitest';
import type { AgentTask, Plan } from '../../src/index.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

function sign() {
  let give = () => {};
  const given = new Promise<void>(resolve => {
    give = resolve;
  });
  return { given, give: () => give() };
}

const action = { name: 'play', description: 'Play', executionActor: 'player' };
const statusesOf = async (plan: Plan) =>
  (await plan.record()).subplanStatuses.map(({ goal, state, attempt }) => `${goal}: ${state} at ${attempt}`);

test('[R24, R79] the record of a plan with running children has the state of each of them, on disk at once', async () => {
  const { given, give } = sign();
  let flawed = true;
  const testProject = await createTestProject({
    async player(task) {
      if (task.plan.depth > 0) return;
      await spawnSubplan(task, 'quick', { executionActor: 'player' });
      await spawnSubplan(task, 'clumsy', { executionActor: 'clumsy' });
      const { decisionId } = await spawnSubplan(task, 'slow', { executionActor: 'slow' });
      await spawnSubplan(task, 'last', { executionActor: 'player', dependencies: [decisionId] });
    },
    clumsy() {
      if (flawed) throw new Error('dropped it');
    },
    slow: () => given,
  });
  await testProject.troupe.actions.create({
    ...action,
    subplans: { executionMode: 'dependencyOrdered', retryDelayMs: 0 },
  });
  const plan = await testProject.troupe.use({ action: 'play' });
  await plan.execute();
  await expect.poll(() => statusesOf(plan), { timeout: 20_000 }).toContain('clumsy: failed at 3');
  const midway = ['quick: complete at 1', 'clumsy: failed at 3', 'slow: running at 1', 'last: pending at 1'];
  await expect.poll(() => statusesOf(plan), { timeout: 20_000 }).toEqual(midway);

  const looking = await testProject.reopen({ resume: false });
  expect(await statusesOf(await looking.get(plan.id))).toEqual(midway);
  const [listed] = await looking.list();
  expect(listed?.subplanStatuses.map(({ attempts }) => attempts.length)).toEqual([0, 3, 0, 0]);

  const resumed = await (await testProject.reopen()).get(plan.id);
  give();
  const { state } = await resumed.waitUntilIdle();
  const ended = ['quick: complete at 1', 'clumsy: failed at 3', 'slow: complete at 1', 'last: complete at 1'];
  expect([state, await statusesOf(resumed)]).toEqual(['errored', ended]);

  flawed = false;
  await resumed.execute();
  await resumed.waitUntilIdle();
  expect(new Set((await statusesOf(resumed)).map(status => status.replace(/^.*: /, '')))).toEqual(
    new Set(['complete at 1']),
  );
});

test('the outcome of an earlier group is not reported for the next one', async () => {
  const { given, give } = sign();
  let runs = 0;
  const testProject = await createTestProject({
    clumsy() {
      throw new Error('dropped it');
    },
    worker: () => {},
  });
  const { plan, record } = await testProject.run(
    async (task: AgentTask) => {
      runs += 1;
      if (runs === 2) await given;
      await spawnSubplan(task, `run ${runs}`, { executionActor: runs === 1 ? 'clumsy' : 'worker' });
    },
    { subplans: { maxRetries: 0 } },
  );
  expect(record.subplanStatuses).toMatchObject([{ goal: 'run 1', state: 'failed' }]);
  await plan.execute();
  await expect.poll(() => runs).toBe(2);
  const { state, subplanStatuses } = await plan.record();
  expect([state, subplanStatuses]).toEqual(['processing', []]);
  give();
  await plan.waitUntilIdle();
  expect(await statusesOf(plan)).toEqual(['run 2: complete at 1']);
});

test('[R95] the last completed step is recorded while the plan runs, and after a restart', async () => {
  const { given, give } = sign();
  const testProject = await createTestProject({
    async player(task) {
      await task.call('builtin/write', { path: 'one.txt', content: '1' });
      await task.call('builtin/write', { path: 'two.txt', content: '2' });
      await given;
      await task.call('builtin/write', { path: 'three.txt', content: '3' });
    },
  });
  await testProject.troupe.actions.create(action);
  const plan = await testProject.troupe.use({ action: 'play' });
  expect((await plan.record()).lastCompletedStep).toBe(-1);
  await plan.execute();
  await expect.poll(async () => (await plan.record()).lastCompletedStep).toBe(1);

  const looking = await testProject.reopen({ resume: false });
  expect(await (await looking.get(plan.id)).record()).toMatchObject({ state: 'processing', lastCompletedStep: 1 });

  const resumed = await (await testProject.reopen()).get(plan.id);
  give();
  expect(await resumed.waitUntilIdle()).toMatchObject({ state: 'complete', lastCompletedStep: 2, toolCalls: 3 });
});
