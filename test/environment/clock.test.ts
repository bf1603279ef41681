/** A clock that is set back, and far ahead, while plans run and between two processes. */
import { describe, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../runtime/test-project.ts';

const day = 24 * 60 * 60 * 1000;

/** A clock that can be set to any time; timers keep their deadlines. */
function settable(startMs: number): ManualClock & { shift(ms: number): void } {
  const inner = manualClock(startMs);
  let shift = 0;
  return {
    now: () => inner.now() + shift,
    at: (atMs, callback) => inner.at(atMs - shift, callback),
    advance: ms => inner.advance(ms),
    shift(ms) {
      shift += ms;
    },
  };
}

async function orderOf(testProject: TestProject, planId: string): Promise<{ seqs: string[]; types: string[] }> {
  const seqs: string[] = [];
  const types: string[] = [];
  for await (const { seq, type } of (await testProject.troupe.get(planId)).events()) {
    seqs.push(seq);
    types.push(type);
  }
  return { seqs, types };
}

describe.each([
  ['a day back', -day],
  ['thirty years ahead', 30 * 365 * day],
])('a clock set %s', (_what, ms) => {
  test('while a plan works changes neither its events nor their order, nor the result', async () => {
    const clock = settable(Date.parse('2026-11-21T10:00:00Z'));
    const testProject = await createTestProject({}, { clock });
    const { plan, record } = await testProject.run(async task => {
      await task.call('builtin/write', { path: `${task.plan.depth}.txt`, content: 'x' });
      clock.shift(ms);
      if (task.plan.depth === 0) await spawnSubplan(task, 'below');
    });
    expect(record).toMatchObject({ phase: 'execute', state: 'complete' });
    const { seqs, types } = await orderOf(testProject, plan.id);
    expect(seqs).toEqual([...seqs].sort());
    expect(types.indexOf('plan.created')).toBe(0);
    clock.shift(ms);
    const troupe = await testProject.reopen();
    const again = await troupe.get(plan.id);
    expect((await again.record()).state).toBe('complete');
    await again.apply();
    expect(await again.waitUntilIdle()).toMatchObject({ state: 'applied' });
    expect(testProject.git('show', 'HEAD:0.txt')).toBe('x');
  });

  test('while a plan waits for a retry does not extend the wait', async () => {
    const clock = settable(Date.parse('2026-11-21T10:00:00Z'));
    const testProject = await createTestProject({}, { clock });
    let tries = 0;
    const running = testProject.run(async task => {
      tries += 1;
      if (tries === 1) throw new Error('once');
      await task.call('builtin/write', { path: 'a.txt', content: 'x' });
    });
    await expect.poll(() => tries, { timeout: 20_000, interval: 10 }).toBe(1);
    clock.shift(ms);
    const ticking = setInterval(() => clock.advance(1000), 5);
    try {
      expect((await running).record).toMatchObject({ phase: 'execute', state: 'complete' });
    } finally {
      clearInterval(ticking);
    }
    expect(tries).toBe(2);
  });

  test('does not make cleanup remove running plans', async () => {
    const clock = settable(Date.now());
    const testProject = await createTestProject({}, { clock });
    const { plan } = await testProject.run(task => task.call('builtin/write', { path: 'b.txt', content: 'x' }));
    clock.shift(ms);
    await testProject.troupe.cleanUp({ dryRun: false });
    expect(await plan.record()).toMatchObject({ state: 'complete' });
    await plan.apply();
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'applied' });
  });
});
