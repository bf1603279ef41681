import { afterEach, describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { gitProject } from '../../src/git.ts';
import { type AgentTask, openTroupe, type PlanEvent, type Store } from '../../src/index.ts';
import { openLedger } from '../../src/runtime/records/ledger.ts';
import { requireRecord } from '../../src/runtime/records/require-record.ts';
import { createTestProject } from './test-project.ts';

describe('Troupe', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('uses the newest plan if none is named: finished or not, forked, or created while the clock was ahead [R196]', async () => {
    const testProject = await createTestProject();
    const day = 86_400_000;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + day });
    const { plan: ahead } = await testProject.run(task => task.call('write', { path: 'a.txt', content: 'a' }));
    vi.setSystemTime(Date.now() - day);
    await testProject.reopen();
    const latest = await testProject.troupe.use({ action: 'play' });
    expect((await testProject.troupe.get()).id).toBe(latest.id);
    const fork = await testProject.troupe.fork({ plan: ahead.id, start: false });
    expect((await testProject.troupe.get()).id).toBe(fork.id);
    await fork.cancel('not wanted');
    await fork.waitUntilIdle();
    expect((await testProject.troupe.get()).id).toBe(fork.id);
  });

  test('reads without starting anything, and resumes plans on request [R24]', async () => {
    const testProject = await createTestProject();
    let release = () => {};
    const held = new Promise<void>(resolve => {
      release = resolve;
    });
    const { whenStarted, play } = holding(held);
    await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'holder' });
    await testProject.reopen({ agents: { holder: { check: async () => {}, run: play } } });
    const { id } = await testProject.troupe.use({ action: 'play' });
    await (await testProject.troupe.get(id)).execute();
    await whenStarted();
    const reader = await testProject.reopen({
      resume: false,
      agents: { holder: { check: async () => {}, run: play } },
    });
    expect(await (await reader.get(id)).record()).toMatchObject({ phase: 'execute', state: 'processing' });
    expect((await reader.list()).map(({ planId }) => planId)).toEqual([id]);
    release();
    expect(await reader.resume()).toEqual([id]);
    expect((await (await reader.get(id)).waitUntilIdle()).state).toBe('complete');
    expect(await reader.resume()).toEqual([]);
  });

  test('does not repeat a completed tool call after a crash during the step [R123]', async () => {
    const testProject = await createTestProject();
    let dead = true;
    const { whenStarted, play } = holding(new Promise(() => {}));
    const walker = {
      check: async () => {},
      run: async (task: AgentTask) => {
        await task.call('write', { path: 'one.txt', content: '1' });
        await task.call('read', { path: 'one.txt' });
        if (dead) return play(task);
        await task.call('write', { path: 'two.txt', content: '2' });
        return { decisions: [], summary: '' };
      },
    };
    await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'walker' });
    await testProject.reopen({ agents: { walker } });
    const { id } = await testProject.troupe.use({ action: 'play' });
    await (await testProject.troupe.get(id)).execute();
    await whenStarted();
    dead = false;
    const plan = await (await testProject.reopen({ agents: { walker } })).get(id);
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect((await plan.toolCalls()).map(({ tool }) => tool)).toEqual([
      'builtin/write',
      'builtin/read',
      'builtin/write',
    ]);
    expect((await plan.changes()).map(({ path }) => path)).toEqual(['one.txt', 'two.txt']);
  });

  test('reports the name of a missing plan', async () => {
    await expect(requireRecord({ ledger: openLedger(await memoryStore()()) }, 'P')).rejects.toMatchObject({
      code: 'UNKNOWN_PLAN',
    });
  });

  test('lists unfinished root plans, and on request all plans and subplans', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(async ({ call, plan: { planId, depth } }) => {
      if (depth === 0)
        await call('builtin/plan-subplan', { planId, goal: 'part', resourceScopes: ['.'], parallel: true });
    });
    await plan.cancel();
    await plan.waitUntilIdle();
    expect(await testProject.troupe.list()).toEqual([]);
    expect((await testProject.troupe.list({ all: true })).length).toBe(1);
    expect((await testProject.troupe.list({ all: true, children: true })).length).toBe(2);
    expect((await testProject.troupe.get()).id).toBe(plan.id);
    await expect((await createTestProject()).troupe.get()).rejects.toMatchObject({
      code: 'UNKNOWN_PLAN',
      message: 'There is no plan yet',
    });
  });

  test('stores actions, returns them whole, and reports an unknown one [R56, R57]', async () => {
    const testProject = await createTestProject();
    const source = {
      name: 'Full',
      description: 'All of it',
      executionActor: 'a',
      applyActor: 'b',
      reviewActor: 'c',
      estimationActor: 'd',
      strategyActor: 'e',
      invariants: ['x'],
      automationProfile: 'ci',
      readOnly: true,
    };
    await testProject.troupe.actions.create(source);
    expect(await testProject.troupe.actions.get('local/full')).toMatchObject({
      ...source,
      invariants: [{ text: 'x' }],
    });
    expect((await testProject.troupe.actions.list()).map(({ name }) => name)).toEqual(['Full']);
    await expect(testProject.troupe.actions.get('none')).rejects.toMatchObject({ code: 'UNKNOWN_ACTION' });
  });

  test('refuses commands after it was closed, and closes once', async () => {
    const testProject = await createTestProject();
    await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'player' });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.waitUntilIdle();
    const { troupe } = testProject;
    await troupe.close();
    await troupe.close();
    await expect(plan.execute()).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
    await testProject.reopen();
  });

  test('streams every event until the reader stops', async () => {
    const testProject = await createTestProject();
    const stop = new AbortController();
    const seen: PlanEvent[] = [];
    const reading = (async () => {
      for await (const event of testProject.troupe.events({ signal: stop.signal })) seen.push(event);
    })();
    const { plan } = await testProject.run(() => {});
    stop.abort();
    await reading;
    expect(seen.map(({ type }) => type)).toContain('plan.phase_changed');
    const ended: PlanEvent[] = [];
    for await (const event of plan.events({ signal: stop.signal })) ended.push(event);
    expect(ended.length).toBeGreaterThan(0);
    expect((await plan.waitUntilIdle({ signal: stop.signal })).state).toBe('complete');
  });

  test('returns the current state of the plan when a waiting reader aborts', async () => {
    const testProject = await createTestProject();
    const { whenStarted, play } = holding(new Promise(() => {}));
    await testProject.troupe.actions.create({ name: 'play', description: 'Play', executionActor: 'holder' });
    await testProject.reopen({ agents: { holder: { check: async () => {}, run: play } } });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.execute();
    await whenStarted();
    const stop = new AbortController();
    const waiting = plan.waitUntilIdle({ signal: stop.signal });
    stop.abort();
    expect((await waiting).state).toBe('processing');
    await expect(plan.revert()).resolves.toBeUndefined();
    await plan.waitUntilIdle();
  });
});

describe('a failing store', () => {
  /** A store in memory that refuses every batch once it is broken. */
  async function brittle() {
    const inner = await memoryStore()();
    const state = { broken: false };
    const store: Store = {
      get: key => inner.get(key),
      entries: (prefix, options) => inner.entries(prefix, options),
      batch: operations => (state.broken ? Promise.reject(new Error('the disk is gone')) : inner.batch(operations)),
      close: () => inner.close(),
    };
    return { store, state };
  }

  test('stops the runtime; waiting callers get the error, and the plan is as of the last commit [R97]', async () => {
    const { store, state } = await brittle();
    const testProject = await createTestProject({}, { store: async () => store });
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      executionActor: 'player',
      automationProfile: 'manual',
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    const before = await plan.waitUntilIdle();
    state.broken = true;
    await expect(plan.execute()).rejects.toThrow();
    expect(await plan.record()).toEqual(before);
    await expect(plan.execute()).rejects.toThrow();
  });

  test('that cannot be read is closed again', async () => {
    const inner = await memoryStore()();
    let closed = false;
    const store: Store = {
      ...inner,
      get: () => Promise.reject(new Error('unreadable')),
      entries: (prefix, options) => inner.entries(prefix, options),
      batch: operations => inner.batch(operations),
      close: async () => {
        closed = true;
      },
    };
    await expect(openTroupe({ store: async () => store, project: gitProject('.') })).rejects.toThrow('unreadable');
    expect(closed).toBe(true);
  });
});

/** An agent that runs until it is released or stopped, and reports when it has started. */
function holding(held: Promise<void>) {
  const starts: (() => void)[] = [];
  const started = new Promise<void>(resolve => starts.push(resolve));
  return {
    whenStarted: () => started,
    play: async ({ signal }: { signal: AbortSignal }) => {
      starts[0]?.();
      await Promise.race([held, new Promise(resolve => signal.addEventListener('abort', resolve))]);
      return { decisions: [], summary: '' };
    },
  };
}
