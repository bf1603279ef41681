/** Loses rows of plans one kind at a time: each loss must be detected, and repaired where possible. */
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { checkStore, redactStore, repairPlanStore, type StoreOpener } from '../../../src/index.ts';
import { createTestProject, spawnSubplan } from '../test-project.ts';

/** A store with a plan that rests, its subplan complete. */
async function rested() {
  const store = memoryStore();
  const testProject = await createTestProject({}, { store });
  const { plan } = await testProject.run(async task => {
    await task.call('builtin/write', { path: `${task.plan.depth}.txt`, content: 'x' });
    if (task.plan.depth === 0) await spawnSubplan(task, 'below');
  });
  await testProject.troupe.close();
  const reopen = () => testProject.reopen();
  return { store, planId: plan.id, reopen };
}

async function keysOf(store: StoreOpener, prefix: string): Promise<string[]> {
  const opened = await store();
  const found: string[] = [];
  for await (const [key] of opened.entries(prefix)) found.push(key);
  await opened.close();
  return found;
}

async function lose(store: StoreOpener, keys: readonly string[]): Promise<void> {
  const opened = await store();
  await opened.batch(keys.map(key => ({ type: 'del', key })));
  await opened.close();
}

async function valuesOf(store: StoreOpener, keys: readonly string[]): Promise<unknown[]> {
  const opened = await store();
  const values = await Promise.all(keys.map(key => opened.get(key)));
  await opened.close();
  return values;
}

describe('a store', () => {
  test('without damage reports none, and a repair changes nothing', async () => {
    const { store, planId, reopen } = await rested();
    const before = await keysOf(store, '');
    expect(await checkStore(store)).toEqual({ rows: before.length, plans: 2, damage: [] });
    expect(await repairPlanStore(store)).toMatchObject({ restored: 0, lost: [] });
    expect((await keysOf(store, '')).filter(key => !before.includes(key))).toEqual([]);
    expect(await (await (await reopen()).get(planId)).record()).toMatchObject({ state: 'complete' });
  });

  test('that is empty reports no damage', async () => {
    const store = memoryStore();
    expect(await checkStore(store)).toEqual({ rows: 0, plans: 0, damage: [] });
    expect(await repairPlanStore(store)).toEqual({ intact: 0, restored: 0, lost: [] });
  });

  test('that lost decisions, checkpoints and a record restores them from the journal', async () => {
    const { store, planId, reopen } = await rested();
    const journalKeys = [...(await keysOf(store, `n/${planId}/`)), ...(await keysOf(store, `c/${planId}/`))];
    const before = await valuesOf(store, journalKeys);
    await lose(store, [...journalKeys, `p/${planId}`]);
    expect((await checkStore(store)).damage).toEqual([
      `Plan ${planId} lost its record.`,
      `Plan ${planId} lost ${journalKeys.length} of the rows its journal speaks of.`,
    ]);
    expect(await repairPlanStore(store)).toMatchObject({ restored: journalKeys.length + 1, lost: [] });
    expect((await checkStore(store)).damage).toEqual([]);
    expect(await valuesOf(store, journalKeys)).toEqual(before);
    const plan = await (await reopen()).get(planId);
    expect(await plan.record()).toMatchObject({ phase: 'execute', state: 'complete' });
    await plan.apply();
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'applied' });
  });

  test('that lost a part of a journal reports it; what depends on that part cannot be restored', async () => {
    const { store, planId } = await rested();
    const [decision = ''] = await keysOf(store, `n/${planId}/`);
    await lose(store, [decision.replace('n/', 'j/')]);
    expect((await checkStore(store)).damage).toEqual([`Plan ${planId} lost 1 events of its journal.`]);
  });

  test('that lost the first events of a plan loses the plan, and reports it', async () => {
    const { store, planId } = await rested();
    const [created = ''] = await keysOf(store, `j/${planId}/`);
    await lose(store, [created, `p/${planId}`]);
    const { lost } = await repairPlanStore(store);
    expect(lost[0]).toBe(`Plan ${planId}: its record and its beginning; what was left of it is removed.`);
    expect((await keysOf(store, '')).filter(key => /^[pwncxhjb]\//.test(key) && key.includes(`/${planId}`))).toEqual(
      [],
    );
  });

  test('that lost the state of a plan shows the plan as cancelled, with its history', async () => {
    const { store, planId, reopen } = await rested();
    const others = (await keysOf(store, 'a/')).filter(key => !key.startsWith('a/00000001'));
    await lose(store, [...others, ...(await keysOf(store, 's/')), ...(await keysOf(store, 'z/'))]);
    expect((await checkStore(store)).damage).toContain(`Plan ${planId} is unfinished and nothing works on it.`);
    const { lost } = await repairPlanStore(store);
    expect(lost).toEqual([`Plan ${planId} ("Play"): what it was doing; its history and files are kept.`]);
    const plan = await (await reopen()).get(planId);
    expect(await plan.record()).toMatchObject({
      state: 'cancelled',
      cancelReason: expect.stringContaining('was lost'),
    });
    expect((await plan.decisions()).length).toBeGreaterThan(1);
    expect(await plan.diff()).toContain('0.txt');
  });

  test('that lost the root actor starts a new one and keeps the records of plans', async () => {
    const { store, planId, reopen } = await rested();
    await lose(
      store,
      (await keysOf(store, 'a/')).filter(key => key.startsWith('a/00000001')),
    );
    expect((await checkStore(store)).damage[0]).toMatch(/^The store lost data: /);
    // An actor remains whose parent was the root.
    const opened = await store();
    const orphan = { parent: '00000001', id: 'x', src: 'x', state: { value: 'a' } };
    await opened.batch([{ type: 'put', key: 'a/0000000z', value: orphan }]);
    await opened.close();
    expect((await repairPlanStore(store)).lost[0]).toBe('The root of all actors, and with it whatever was at work.');
    expect((await checkStore(store)).damage).toEqual([]);
    const troupe = await reopen();
    expect(await (await troupe.get(planId)).record()).toMatchObject({ state: 'cancelled' });
    expect((await troupe.use({ action: 'play' })).id).not.toBe(planId);
  });
});

test('credentials are removed from every row of any kind [R147]', async () => {
  const store = memoryStore();
  const token = `ghp_${'a'.repeat(36)}`;
  const opened = await store();
  const row = (key: string, value: unknown) => ({ type: 'put', key, value }) as const;
  await opened.batch([row('j/1/1', { text: token }), row('a/1', { state: [token, 1] }), row('p/1', 'clean')]);
  await opened.batch(Array.from({ length: 450 }, (_, at) => row(`n/1/${at}`, token)));
  await opened.close();
  expect(await redactStore(store)).toEqual({ rows: 452, names: ['GitHub token'] });
  expect(await redactStore(store)).toEqual({ rows: 0, names: [] });
  expect(await valuesOf(store, ['j/1/1', 'p/1'])).toEqual([{ text: '[GitHub token]' }, 'clean']);
});
