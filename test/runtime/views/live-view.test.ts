import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/clocks/manual-clock.ts';
import { attentionItems, type LiveView, type PlanViews, type Troupe, watchPlans } from '../../../src/index.ts';
import { toPlanSummaries } from '../../../src/runtime/views/plan-summaries.ts';
import { toSubplanStatuses } from '../../../src/runtime/views/subplan-statuses.ts';
import { createClientFixture, testAction } from '../../host/client-fixture.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

/** Resolves with the snapshot once it matches. */
async function until(watch: LiveView, wanted: (views: PlanViews) => boolean): Promise<PlanViews> {
  while (!wanted(watch.snapshot())) {
    let wake = () => {};
    const changed = new Promise<void>(resolve => {
      wake = resolve;
    });
    const leave = watch.subscribe(() => wake());
    await changed;
    leave();
  }
  return watch.snapshot();
}

/** The records in the shape of a snapshot, without times and notes, which records do not hold. */
async function recorded(troupe: Troupe) {
  const records = await troupe.list({ all: true, children: true });
  return { plans: timeless(toPlanSummaries(records)), subplans: toSubplanStatuses(records) };
}
const timeless = (plans: PlanViews['plans']) =>
  Object.values(plans).map(line => ({ ...line, since: '', note: '', isCurrent: true }));

/** Many children, some of which fail and are retried. */
async function busy() {
  let calls = 0;
  const open = { go: () => {} };
  const gate = new Promise<void>(resolve => {
    open.go = resolve;
  });
  const home = await createTestProject({
    think: async task => {
      if (task.plan.depth > 0) return;
      for (let part = 0; part < 4; part++) await spawnSubplan(task, `part ${part}`, { executionActor: 'part' });
    },
    quiet: () => {},
    part: async task => {
      calls += 1;
      if (calls === 3) await gate;
      await task.call('write', { path: `${task.plan.description}.txt`, content: 'x\n' });
    },
  });
  await home.troupe.actions.create({
    name: 'busy',
    description: 'Busy',
    strategyActor: 'think',
    executionActor: 'quiet',
  });
  return { home, open };
}

describe('a watch', () => {
  test('shows the same as the records, whenever it started', async () => {
    const { home, open } = await busy();
    const early = watchPlans(home.troupe, { intervalMs: 5 });
    const plan = await home.troupe.use({ action: 'busy' });
    await plan.execute();
    await until(early, ({ subplans }) => Object.keys(subplans).length === 4);
    const late = watchPlans(home.troupe, { intervalMs: 5 });
    await until(late, ({ loaded }) => loaded);
    open.go();
    await plan.waitUntilIdle();
    const wanted = await recorded(home.troupe);
    for (const watch of [early, late]) {
      const views = await until(watch, ({ plans }) => plans[plan.id]?.resting != null);
      expect({ plans: timeless(views.plans), subplans: views.subplans }).toEqual(wanted);
      expect(attentionItems(views.plans)).toMatchObject([
        { planId: plan.id, kind: 'done', availableCommands: expect.arrayContaining(['apply']) },
      ]);
      await watch.close();
    }
    await home.troupe.close();
  });

  test('updates at most once per interval, however much happens', async () => {
    const { home, open } = await busy();
    const clock = manualClock(Date.now());
    await using watch = watchPlans(home.troupe, { clock });
    let notifications = 0;
    watch.subscribe(() => {
      notifications += 1;
    });
    open.go();
    const plan = await home.troupe.use({ action: 'busy' });
    await plan.execute();
    const { updatedAt } = await plan.waitUntilIdle();
    expect(updatedAt).not.toBe('');
    expect([notifications, watch.snapshot().seq]).toEqual([0, '']);
    clock.advance(100);
    expect(notifications).toBe(1);
    expect(Object.keys(watch.snapshot().subplans)).toHaveLength(4);
    const shown = watch.snapshot();
    clock.advance(1_000);
    // Without events the snapshot stays the same, except for the record of a plan that is now idle.
    expect(watch.snapshot().subplans).toBe(shown.subplans);
    await home.troupe.close();
  });

  test('of one selected plan keeps its decisions, and reloads after a rollback', async () => {
    const home = await createTestProject();
    const { plan } = await home.run(async task => {
      await task.call('decide', { question: 'Which?', chosenOption: 'this', rationale: 'so it seems' });
      await task.call('write', { path: 'b.txt', content: 'b\n' });
    });
    await using watch = watchPlans(home.troupe, { intervalMs: 5 });
    watch.select(plan.id);
    const before = await until(watch, ({ detail }) => detail !== null);
    expect(before.detail?.decisions).toEqual(await plan.decisions({ superseded: true }));
    expect(before.detail?.record.state).toBe('complete');
    const [first] = await plan.checkpoints.list();
    await plan.rollback(first?.checkpointId ?? '');
    const after = await until(watch, ({ detail, plans }) => {
      const decided = detail?.decisions.find(({ chosenOption }) => chosenOption === 'this');
      return plans[plan.id]?.resting != null && detail?.record.state === 'queued' && decided?.supersededBy != null;
    });
    expect(after.detail?.decisions).toEqual(await plan.decisions({ superseded: true }));
    expect(after.detail?.checkpoints).toEqual(await plan.checkpoints.list());
    expect(attentionItems(after.plans)).toMatchObject([{ kind: 'approval' }]);
    await plan.cancel('enough');
    await until(
      watch,
      ({ plans, detail }) => plans[plan.id]?.state === 'cancelled' && detail?.record.state === 'cancelled',
    );
    watch.select(null);
    expect(watch.snapshot().detail).toBeNull();
    await home.troupe.close();
  });

  test('continues with the next owner, and reports when there is none', async () => {
    await using home = createClientFixture();
    const first = await home.openClient();
    const second = await home.openClient();
    const third = await home.openClient();
    await using watch = watchPlans(third.troupe, { intervalMs: 5 });
    await second.troupe.actions.create(testAction);
    const plan = await second.troupe.use({ action: 'local/play' });
    await until(watch, ({ plans }) => plans[plan.id]?.resting != null);
    await first.close();
    const again = await second.troupe.get(plan.id);
    await again.cancel('enough');
    await until(watch, ({ plans }) => plans[plan.id]?.state === 'cancelled');
    expect(watch.snapshot().error).toBeNull();
    await second.close('stopped');
    const lost = await until(watch, ({ error }) => error !== null);
    expect(lost.error).toMatchObject({ code: 'OWNER_LOST' });
    const fourth = await home.openClient();
    expect(fourth.role()).toBe('owner');
    watch.reconnect();
    expect(watch.snapshot().error).toBeNull();
  });

  test('of a closed Troupe reports that it was closed', async () => {
    const home = await createTestProject();
    await using watch = watchPlans(home.troupe, { intervalMs: 5 });
    await until(watch, ({ loaded }) => loaded);
    await home.troupe.close();
    expect((await until(watch, ({ error }) => error !== null)).error?.code).toBe('SYSTEM_CLOSED');
  });
});
