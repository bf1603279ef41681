/** Budgets for a whole tree of plans, and what remains when one is used up. */
import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import type { AgentTask } from '../../../src/index.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

const writes = (count: number) => async (task: AgentTask) => {
  for (let at = 0; at < count; at++)
    await task.call('write', { path: `${task.plan.description}-${at}.txt`, content: 'x' });
};

describe('A budget of tool calls', () => {
  test('is shared with subplans up to exactly the last call, and the stop names it [R132]', async () => {
    const testProject = await createTestProject({ worker: writes(4) });
    const { plan, record } = await testProject.run(
      async task => {
        for (const goal of ['a', 'b', 'c', 'd']) await spawnSubplan(task, goal, { executionActor: 'worker' });
      },
      { budget: { toolCalls: 10 }, subplans: { maxParallel: 3 } },
    );
    expect([record.phase, record.state, record.error?.code]).toEqual(['execute', 'errored', 'BUDGET_EXHAUSTED']);
    expect(record.errorMessage).toMatch(/^The budget of 10 toolCalls is used up \(10\): \d of 4 subplans/);
    expect(record.error?.details).toMatchObject({ budget: 'toolCalls', planId: plan.id });
    expect(record.spent.toolCalls).toBe(10);
    const children = (await testProject.troupe.tree(plan.id)).children.map(child => child.plan);
    expect(children.reduce((all, child) => all + child.spent.toolCalls, 0)).toBe(6);
    expect(children.every(({ attempt }) => attempt === 1)).toBe(true);
    expect(record.subplanStatuses.every(({ state }) => state !== 'running' && state !== 'pending')).toBe(true);
  });

  test('also stops an agent that ignores the refusal, and keeps its changes [R132]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(
      async task => {
        for (let at = 0; at < 5; at++)
          await task.call('write', { path: `${at}.txt`, content: 'x' }).catch(() => undefined);
      },
      { budget: { toolCalls: 2 } },
    );
    expect([record.state, record.error?.code, record.spent.toolCalls]).toEqual(['errored', 'BUDGET_EXHAUSTED', 2]);
    expect(await plan.diff()).toMatch(/0\.txt[\s\S]*1\.txt/);
  });

  test('survives a restart, and a replayed call does not count again [R132]', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(writes(2), { budget: { toolCalls: 3 } });
    expect([record.state, record.spent.toolCalls]).toEqual(['complete', 2]);
    await testProject.reopen();
    const again = await testProject.troupe.get(plan.id);
    expect((await again.record()).spent.toolCalls).toBe(2);
    await again.revert('once more');
    await again.execute();
    const stopped = await again.waitUntilIdle();
    expect([stopped.error?.code, stopped.spent.toolCalls]).toEqual(['BUDGET_EXHAUSTED', 3]);
    expect((await testProject.troupe.list({ all: true })).map(({ spent }) => spent.toolCalls)).toEqual([3]);
  });
});

describe('A budget of tokens or money', () => {
  const spends = (tokens: number) => async (task: AgentTask) => {
    task.reportUsage({ tokens, usd: tokens / 100 });
    await new Promise(resolve => setImmediate(resolve));
    await task.call('write', { path: `${task.plan.description}.txt`, content: 'x' });
  };

  test('stops running agents when it is used up, and starts no more [R132]', async () => {
    const started: string[] = [];
    const testProject = await createTestProject({
      worker: task => {
        started.push(task.plan.description);
        return spends(60)(task);
      },
    });
    const { record } = await testProject.run(
      async task => {
        for (const goal of ['a', 'b', 'c']) await spawnSubplan(task, goal, { executionActor: 'worker' });
      },
      { budget: { tokens: 100 }, subplans: { maxParallel: 1 } },
    );
    expect(record.error).toMatchObject({ code: 'BUDGET_EXHAUSTED', details: { budget: 'tokens', limit: 100 } });
    expect(started).toEqual(['a', 'b']);
    expect([record.spent.tokens, record.spent.usd]).toEqual([120, 1.2]);
    expect(record.subplanStatuses.map(({ state }) => state)).toEqual(['complete', 'failed', 'cancelled']);
    expect(record.subplanStatuses[2]?.error?.message).toBe('The budget is used up');
  });

  test('has no effect without usage reports from the agent, while other budgets still apply [R132]', async () => {
    const testProject = await createTestProject();
    const { record } = await testProject.run(writes(3), { budget: { usd: 0.01, tokens: 1, toolCalls: 2 } });
    expect(record.error).toMatchObject({ code: 'BUDGET_EXHAUSTED', details: { budget: 'toolCalls' } });
    expect([record.spent.tokens, record.spent.usd]).toEqual([null, null]);
  });
});

test('A budget of time is used up at a rate proportional to the running agents, and stops them all [R132]', async () => {
  const clock = manualClock(1_700_000_000_000);
  const waiting: AgentTask[] = [];
  const testProject = await createTestProject(
    {
      waiter: task => {
        waiting.push(task);
        return new Promise(() => {});
      },
    },
    { clock },
  );
  const done = testProject.run(
    async task => {
      for (const goal of ['a', 'b']) await spawnSubplan(task, goal, { executionActor: 'waiter' });
    },
    { budget: { seconds: 10 } },
  );
  await expect.poll(() => waiting.length, { timeout: 30_000 }).toBe(2);
  clock.advance(4_900);
  expect(waiting.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  clock.advance(200);
  expect(waiting.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  const { record } = await done;
  expect(record.error).toMatchObject({ code: 'BUDGET_EXHAUSTED', details: { budget: 'seconds', limit: 10 } });
  expect(record.spent.seconds).toBeCloseTo(10.2, 1);
});
