import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../src/adapters/manual-clock.ts';
import { needsOf, type Troupe, type Views, type Watch, watchPlans } from '../../../src/index.ts';
import { plansOf } from '../../../src/runtime/views/plans.ts';
import { subplansOf } from '../../../src/runtime/views/subplans.ts';
import { action, house } from '../../host/house.ts';
import { playhouse, spawn } from '../playhouse.ts';

/** Resolves with what is shown once it is as wanted. */
async function until(watch: Watch, wanted: (views: Views) => boolean): Promise<Views> {
  while (!wanted(watch.look())) {
    let wake = () => {};
    const changed = new Promise<void>(resolve => {
      wake = resolve;
    });
    const leave = watch.listen(() => wake());
    await changed;
    leave();
  }
  return watch.look();
}

/** What the records say, in the shape of what is shown; times and notes are not theirs to say. */
async function recorded(troupe: Troupe) {
  const records = await troupe.plans({ all: true, children: true });
  return { plans: timeless(plansOf(records)), subplans: subplansOf(records) };
}
const timeless = (plans: Views['plans']) =>
  Object.values(plans).map(line => ({ ...line, since: '', note: '', looked: true }));

/** Many children, some of which fall back and try again. */
async function busy() {
  let doors = 0;
  const open = { go: () => {} };
  const gate = new Promise<void>(resolve => {
    open.go = resolve;
  });
  const home = await playhouse({
    think: async task => {
      if (task.plan.depth > 0) return;
      for (let part = 0; part < 4; part++) await spawn(task, `part ${part}`, { executionActor: 'part' });
    },
    quiet: () => {},
    part: async task => {
      doors += 1;
      if (doors === 3) await gate;
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
  test('shows the same as the records, whenever it was joined', async () => {
    const { home, open } = await busy();
    const early = watchPlans(home.troupe, { paceMs: 5 });
    const plan = await home.troupe.use({ action: 'busy' });
    await plan.execute();
    await until(early, ({ subplans }) => Object.keys(subplans).length === 4);
    const late = watchPlans(home.troupe, { paceMs: 5 });
    await until(late, ({ joined }) => joined);
    open.go();
    await plan.settled();
    const wanted = await recorded(home.troupe);
    for (const watch of [early, late]) {
      const views = await until(watch, ({ plans }) => plans[plan.id]?.rest != null);
      expect({ plans: timeless(views.plans), subplans: views.subplans }).toEqual(wanted);
      expect(needsOf(views.plans)).toMatchObject([
        { planId: plan.id, kind: 'done', ways: expect.arrayContaining(['apply']) },
      ]);
      await watch.close();
    }
    await home.troupe.close();
  });

  test('tells at most once per pace, however much happens', async () => {
    const { home, open } = await busy();
    const clock = manualClock(Date.now());
    await using watch = watchPlans(home.troupe, { clock });
    let told = 0;
    watch.listen(() => {
      told += 1;
    });
    open.go();
    const plan = await home.troupe.use({ action: 'busy' });
    await plan.execute();
    const { updatedAt } = await plan.settled();
    expect(updatedAt).not.toBe('');
    expect([told, watch.look().seq]).toEqual([0, '']);
    clock.advance(100);
    expect(told).toBe(1);
    expect(Object.keys(watch.look().subplans)).toHaveLength(4);
    const shown = watch.look();
    clock.advance(1_000);
    // Nothing happened: what is shown is the same, but for what the record says of a plan that now stands still.
    expect(watch.look().subplans).toBe(shown.subplans);
    await home.troupe.close();
  });

  test('of one plan closely keeps what it decided, and looks anew after a way back', async () => {
    const home = await playhouse();
    const { plan } = await home.run(async task => {
      await task.call('decide', { question: 'Which?', chosenOption: 'this', rationale: 'so it seems' });
      await task.call('write', { path: 'b.txt', content: 'b\n' });
    });
    await using watch = watchPlans(home.troupe, { paceMs: 5 });
    watch.select(plan.id);
    const before = await until(watch, ({ detail }) => detail !== null);
    expect(before.detail?.decisions).toEqual(await plan.decisions({ superseded: true }));
    expect(before.detail?.record.state).toBe('complete');
    const [first] = await plan.checkpoints();
    await plan.rollback(first?.checkpointId ?? '');
    const after = await until(watch, ({ detail, plans }) => {
      const decided = detail?.decisions.find(({ chosenOption }) => chosenOption === 'this');
      return plans[plan.id]?.rest != null && detail?.record.state === 'queued' && decided?.supersededBy != null;
    });
    expect(after.detail?.decisions).toEqual(await plan.decisions({ superseded: true }));
    expect(after.detail?.checkpoints).toEqual(await plan.checkpoints());
    expect(needsOf(after.plans)).toMatchObject([{ kind: 'approval' }]);
    await plan.cancel('enough');
    await until(
      watch,
      ({ plans, detail }) => plans[plan.id]?.state === 'cancelled' && detail?.record.state === 'cancelled',
    );
    watch.select(null);
    expect(watch.look().detail).toBeNull();
    await home.troupe.close();
  });

  test('goes on with the next owner, and says so when there is none', async () => {
    await using home = house();
    const first = await home.window();
    const second = await home.window();
    const third = await home.window();
    await using watch = watchPlans(third.troupe, { paceMs: 5 });
    await second.troupe.actions.create(action);
    const plan = await second.troupe.use({ action: 'local/play' });
    await until(watch, ({ plans }) => plans[plan.id]?.rest != null);
    await first.close();
    const again = await second.troupe.plan(plan.id);
    await again.cancel('enough');
    await until(watch, ({ plans }) => plans[plan.id]?.state === 'cancelled');
    expect(watch.look().fault).toBeNull();
    await second.close('stopped');
    const lost = await until(watch, ({ fault }) => fault !== null);
    expect(lost.fault).toMatchObject({ code: 'OWNER_LOST' });
    const fourth = await home.window();
    expect(fourth.role()).toBe('owner');
    watch.again();
    expect(watch.look().fault).toBeNull();
  });

  test('of a Troupe that was closed says that it was closed', async () => {
    const home = await playhouse();
    await using watch = watchPlans(home.troupe, { paceMs: 5 });
    await until(watch, ({ joined }) => joined);
    await home.troupe.close();
    expect((await until(watch, ({ fault }) => fault !== null)).fault?.code).toBe('SYSTEM_CLOSED');
  });
});
