/** A plan whose agent is rate-limited: parked, visible, through a restart, and without using a retry. */

import { describe, expect, test } from 'vitest';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { type Plan, TroupeError } from '../../src/index.ts';
import { hintLine } from '../hint-line.ts';
import { createTestProject, spawnSubplan } from './test-project.ts';

const startMs = Date.UTC(2026, 0, 1, 12);
const limited = (details: Record<string, unknown>) => new TroupeError('RATE_LIMITED', 'too many requests', { details });

async function parked(plan: Plan): Promise<void> {
  for await (const event of plan.events()) if (event.type === 'attempt.delayed') return;
  throw new TypeError('it was never parked');
}

describe('A rate limit', () => {
  test('parks the plan until it is lifted, through a restart, and is not counted as a retry [R135]', async () => {
    const clock = manualClock(startMs);
    let asked = 0;
    const play = () => {
      asked += 1;
      if (asked === 1) throw limited({ retryAfterSeconds: 3600 });
    };
    const testProject = await createTestProject({ limited: play }, { clock });
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      executionActor: 'limited',
      automationProfile: 'manual',
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.execute();
    await parked(plan);

    expect(await plan.record()).toMatchObject({
      phase: 'execute',
      state: 'processing',
      waiting: { tries: 0, triesMax: 1, until: '2026-01-01T13:00:00.000Z', error: { category: 'rate_limited' } },
    });
    clock.advance(1_800_000);
    const reopened = await (await testProject.reopen()).get(plan.id);
    expect((await reopened.record()).waiting?.until).toBe('2026-01-01T13:00:00.000Z');
    clock.advance(1_799_999);
    expect(asked).toBe(1);
    clock.advance(1);
    expect(await reopened.waitUntilIdle()).toMatchObject({ state: 'complete', waiting: null, error: null });
    expect(asked).toBe(2);
  });

  test('of a subplan parks that subplan, and does not count as an attempt of its group', async () => {
    const clock = manualClock(startMs);
    let asked = 0;
    const testProject = await createTestProject(
      {
        child: () => {
          asked += 1;
          if (asked === 1) throw limited({ resetAt: (startMs + 60_000) / 1000 });
        },
      },
      { clock },
    );
    const running = testProject.run(
      async task => {
        if (task.plan.depth === 0) await spawnSubplan(task, 'part', { executionActor: 'child' });
      },
      { subplans: { maxRetries: 0 } },
    );
    for await (const event of testProject.troupe.events()) if (event.type === 'attempt.delayed') break;
    clock.advance(60_000);
    const { record } = await running;
    expect(record.subplanStatuses).toMatchObject([{ state: 'complete', attempt: 1, attempts: [] }]);
    expect(asked).toBe(2);
  });

  test('also holds for other plans whose agent uses the same account', async () => {
    const clock = manualClock(startMs);
    const asked: string[] = [];
    const agent = (name: string, account: string) => ({
      account,
      check: async () => {},
      run: async () => {
        asked.push(name);
        if (asked.length === 1) throw limited({ retryAfterSeconds: 600 });
        return { decisions: [], summary: name };
      },
    });
    const agents = {
      first: agent('first', 'service'),
      second: agent('second', 'Service'),
      third: agent('third', 'own'),
    };
    const testProject = await createTestProject({}, { clock, agents });
    const start = async (name: string) => {
      await testProject.troupe.actions.create({ name, description: name, executionActor: name });
      const plan = await testProject.troupe.use({ action: name });
      await plan.execute();
      return plan;
    };
    await parked(await start('first'));
    const second = await start('second');
    await parked(second);
    expect((await second.record()).waiting).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    expect(await (await start('third')).waitUntilIdle()).toMatchObject({ error: null });
    expect(asked).toEqual(['first', 'third']);
    clock.advance(600_000);
    expect(await second.waitUntilIdle()).toMatchObject({ state: 'complete', error: null });
  });

  test('of a fix parks the fix, and loses neither the round nor the changes', async () => {
    const clock = manualClock(startMs);
    const roles: string[] = [];
    const testProject = await createTestProject({}, { clock });
    const running = testProject.run(
      async ({ role, call }) => {
        roles.push(role);
        if (roles.length === 2) throw limited({ retryAfterSeconds: 600 });
        await call('write', { path: `${role}.txt`, content: '' });
      },
      { validations: [{ name: 'fixed', argv: ['sh', '-c', 'test -f execution.txt -a -f fix.txt'] }] },
    );
    let waiting: unknown = null;
    for await (const event of testProject.troupe.events()) {
      if (event.type !== 'attempt.delayed') continue;
      waiting = (await (await testProject.troupe.get()).record()).waiting;
      break;
    }
    expect(waiting).toMatchObject({ until: '2026-01-01T12:10:00.000Z', error: { code: 'RATE_LIMITED' } });
    clock.advance(600_000);
    const { record } = await running;
    expect(roles).toEqual(['execution', 'fix', 'fix']);
    expect(record).toMatchObject({ state: 'complete', waiting: null });
  });

  test('that lasts for weeks fails the plan, with a time and a command to run', async () => {
    const clock = manualClock(startMs);
    const testProject = await createTestProject({}, { clock });
    const { plan, record } = await testProject.run(() => {
      throw limited({ resetAt: '2026-02-01T00:00:00Z' });
    });
    expect(record).toMatchObject({
      state: 'errored',
      error: { code: 'RATE_LIMITED', category: 'rate_limited', retriable: true },
      errorDetails: { resetAt: '2026-02-01T00:00:00.000Z', phase: 'execute' },
    });
    expect(record.error?.hints).toContainEqual(hintLine(`troupe plan execute ${plan.id}`));
  });
});
