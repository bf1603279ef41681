/** Plans that wait for a person, a rate limit or an agent hold no slot, and need one to continue, at any depth. */
import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { type AgentTask, type Plan, TroupeError } from '../../../src/index.ts';
import { deferred } from '../../machines/run-machine.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

const asks = { approvals: { execute: { writeFiles: 'ask' } } };
const writes = (path: string) => (task: AgentTask) => task.call('builtin/write', { path, content: path });

/** Resolves once the plan and its subplans have emitted an event so many times. */
async function waitForEvents(plan: Plan, type: string, times = 1): Promise<void> {
  let left = times;
  for await (const event of plan.events()) if (event.type === type && --left === 0) return;
  throw new TypeError(`${type} was not emitted`);
}

/** Starts a plan of one testProject with an action of its own. */
async function sendOff(testProject: TestProject, name: string, action: object = {}): Promise<Plan> {
  await testProject.troupe.actions.create({ name, description: name, executionActor: name, ...action });
  const plan = await testProject.troupe.use({ action: name });
  await plan.execute();
  return plan;
}

describe('A plan holds no slot', () => {
  test('while it waits for a person: a fifth plan runs while four wait, and they continue when answered [R322]', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const testProject = await createTestProject({
      ...Object.fromEntries(names.map(name => [name, writes(`${name}.new`)])),
      free: () => {},
    });
    const waiting: Plan[] = [];
    for (const name of names) waiting.push(await sendOff(testProject, name, asks));
    for (const plan of waiting) await waitForEvents(plan, 'approval.requested');
    const free = await sendOff(testProject, 'free');
    expect(await free.waitUntilIdle()).toMatchObject({ phase: 'execute', state: 'complete' });
    for (const plan of waiting) {
      expect(await plan.record()).toMatchObject({ slot: 'none', approvals: [{ answer: null }] });
      await plan.approve();
    }
    for (const plan of waiting) expect((await plan.waitUntilIdle()).state).toBe('complete');
  });

  test('after its answer: it waits for one, reports it, and continues before new plans start [R322]', async () => {
    const [busy, order] = [deferred<void>(), [] as string[]];
    const plays = {
      asker: async (task: AgentTask) => {
        await writes('new.txt')(task);
        order.push('asker');
      },
      busy: async (task: AgentTask) => {
        task.signal.addEventListener('abort', () => busy.resolve());
        await busy.promise;
      },
      later: () => void order.push('later'),
    };
    const testProject = await createTestProject(plays, { concurrency: 1 });
    const asker = await sendOff(testProject, 'asker', asks);
    await waitForEvents(asker, 'approval.requested');
    const other = await sendOff(testProject, 'busy');
    await expect.poll(async () => (await other.record()).state).toBe('processing');
    const later = await sendOff(testProject, 'later');
    await expect.poll(() => later.record()).toMatchObject({ phase: 'execute', state: 'queued' });
    await asker.approve();
    await waitForEvents(asker, 'slot.queued');
    expect(await asker.record()).toMatchObject({ state: 'processing', slot: 'wanted', approvals: [] });
    expect((await later.record()).state).toBe('queued');
    expect(order).toEqual([]);
    busy.resolve();
    await asker.waitUntilIdle();
    expect((await later.waitUntilIdle()).state).toBe('complete');
    expect(order).toEqual(['asker', 'later']);
    expect(await asker.changes()).toMatchObject([{ path: 'new.txt' }]);
  });

  test('after a restart if it was answered before, and still waits for one [R322]', async () => {
    let done = 0;
    const busy = deferred<void>();
    const plays = {
      asker: async (task: AgentTask) => {
        await writes('new.txt')(task);
        done += 1;
      },
      busy: (task: AgentTask) =>
        new Promise<void>(resolve => {
          task.signal.addEventListener('abort', () => resolve());
          void busy.promise.then(resolve);
        }),
    };
    const testProject = await createTestProject(plays, { concurrency: 1 });
    const asker = await sendOff(testProject, 'asker', asks);
    await waitForEvents(asker, 'approval.requested');
    const other = await sendOff(testProject, 'busy');
    await expect.poll(async () => (await other.record()).state).toBe('processing');
    await asker.approve();
    await waitForEvents(asker, 'slot.queued');
    const troupe = await testProject.reopen();
    const again = await troupe.get(asker.id);
    expect((await again.record()).slot).toBe('wanted');
    expect(done).toBe(0);
    busy.resolve();
    expect((await again.waitUntilIdle()).state).toBe('complete');
    expect((await (await troupe.get(other.id)).waitUntilIdle()).state).toBe('complete');
    expect(done).toBe(1);
  });

  test('while it has a conflict: another plan runs, and the merge continues only when a slot is free [R322]', async () => {
    const busy = deferred<void>();
    const side = (name: string) => (task: AgentTask) =>
      task.call('builtin/write', { path: 'a.txt', content: `${name}\n` });
    const plays = {
      left: side('left'),
      right: side('right'),
      quarrel: async (task: AgentTask) => {
        for (const name of ['left', 'right']) await spawnSubplan(task, name, { executionActor: name });
      },
      busy: () => busy.promise,
    };
    const testProject = await createTestProject(plays, { concurrency: 1 });
    const quarrel = await sendOff(testProject, 'quarrel');
    expect((await quarrel.waitUntilIdle()).state).toBe('conflicted');
    const other = await sendOff(testProject, 'busy');
    await expect.poll(async () => (await other.record()).state).toBe('processing');
    await quarrel.conflicts.resolve('a.txt', 'ours');
    await waitForEvents(quarrel, 'conflict.resolved');
    await expect.poll(() => quarrel.record()).toMatchObject({ state: 'processing', slot: 'wanted' });
    busy.resolve();
    expect((await quarrel.waitUntilIdle()).state).toBe('complete');
    expect((await other.waitUntilIdle()).state).toBe('complete');
  });

  test('while it waits for a rate limit [R322]', async () => {
    const clock = manualClock(Date.UTC(2026, 0, 1));
    let tries = 0;
    const limited = () => {
      tries += 1;
      if (tries === 1) throw new TroupeError('RATE_LIMITED', 'too many', { details: { retryAfterSeconds: 3600 } });
    };
    const testProject = await createTestProject({ limited, free: () => {} }, { clock, concurrency: 1 });
    const parked = await sendOff(testProject, 'limited');
    await waitForEvents(parked, 'attempt.delayed');
    const free = await sendOff(testProject, 'free');
    expect((await free.waitUntilIdle()).state).toBe('complete');
    clock.advance(3_600_000);
    expect((await parked.waitUntilIdle()).state).toBe('complete');
    expect(tries).toBe(2);
  });

  test('while it waits for an agent that is at its limit [R322]', async () => {
    const release = deferred<void>();
    let startCount = 0;
    const slow = async () => {
      startCount += 1;
      if (startCount === 1) await release.promise;
    };
    const testProject = await createTestProject({ slow, free: () => {} }, { concurrency: 2, agentLimits: { slow: 1 } });
    const first = await sendOff(testProject, 'slow');
    await expect.poll(() => startCount, { timeout: 20_000 }).toBe(1);
    const second = await testProject.troupe.use({ action: 'slow' });
    await second.execute();
    await waitForEvents(second, 'agent.queued');
    const free = await sendOff(testProject, 'free');
    expect((await free.waitUntilIdle()).state).toBe('complete');
    release.resolve();
    for (const plan of [first, second]) expect((await plan.waitUntilIdle()).state).toBe('complete');
  });
});

describe('A waiting subplan', () => {
  test('holds no slot of its group: the next one starts, and it continues when one is free [R322]', async () => {
    const order: string[] = [];
    const release = deferred<void>();
    const testProject = await createTestProject({
      asker: async task => {
        await writes('asked.txt')(task);
        order.push('asked');
      },
      worker: async () => {
        order.push('worker');
        await release.promise;
        order.push('worked');
      },
    });
    const done = testProject.run(
      async task => {
        if (task.plan.depth > 0) return;
        await spawnSubplan(task, 'asker', { executionActor: 'asker' });
        await spawnSubplan(task, 'worker', { executionActor: 'worker' });
      },
      { ...asks, subplans: { maxParallel: 1 } },
    );
    await expect.poll(() => order, { timeout: 20_000 }).toEqual(['worker']);
    const [plan] = await testProject.troupe.list();
    const root = await testProject.troupe.get(plan?.planId ?? '');
    await root.approve();
    await waitForEvents(root, 'slot.queued');
    expect(order).toEqual(['worker']);
    release.resolve();
    expect((await done).record.state).toBe('complete');
    expect(order).toEqual(['worker', 'worked', 'asked']);
  });

  test('frees the slot of its parent if no other of the group runs, at any depth [R322]', async () => {
    const testProject = await createTestProject({}, { concurrency: 1 });
    const plays = async (task: AgentTask) => {
      if (task.plan.depth < 2) await spawnSubplan(task, `depth ${task.plan.depth + 1}`, { executionActor: 'deep' });
    };
    await testProject.troupe.actions.create({ name: 'nested', description: 'n', executionActor: 'nested', ...asks });
    await testProject.reopen({
      agents: {
        nested: {
          check: async () => {},
          run: async task => {
            await plays(task);
            return { decisions: [], summary: '' };
          },
        },
        deep: {
          check: async () => {},
          run: async task => {
            if (task.plan.depth === 1) await plays(task);
            else await writes('deep.txt')(task);
            return { decisions: [], summary: '' };
          },
        },
        free: { check: async () => {}, run: async () => ({ decisions: [], summary: '' }) },
      },
    });
    const plan = await testProject.troupe.use({ action: 'nested' });
    await plan.execute();
    await waitForEvents(plan, 'approval.requested');
    const free = await sendOff(testProject, 'free');
    expect((await free.waitUntilIdle()).state).toBe('complete');
    expect(await plan.record()).toMatchObject({ slot: 'none', subplansWait: true });
    await plan.approve();
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect((await plan.changes()).map(({ path }) => path)).toEqual(['deep.txt']);
  });

  test('keeps its place in the sandbox that it shares with the others [R322]', async () => {
    const order: string[] = [];
    const testProject = await createTestProject({
      asker: async task => {
        await writes('asked.txt')(task);
        order.push('asked');
      },
      worker: () => void order.push('worker'),
    });
    const done = testProject.run(
      async task => {
        if (task.plan.depth > 0) return;
        await spawnSubplan(task, 'asker', { executionActor: 'asker' });
        await spawnSubplan(task, 'worker', { executionActor: 'worker' });
      },
      { ...asks, subplans: { isolation: 'none' } },
    );
    await expect.poll(async () => (await testProject.troupe.list())[0]?.subplansWait, { timeout: 20_000 }).toBe(true);
    const [plan] = await testProject.troupe.list();
    expect([plan?.slot, order]).toEqual(['none', []]);
    await (await testProject.troupe.get(plan?.planId ?? '')).approve();
    expect((await done).record.state).toBe('complete');
    expect(order).toEqual(['asked', 'worker']);
  });
});
