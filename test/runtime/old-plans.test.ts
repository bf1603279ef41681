/**
 * What finished plans cost later ones: rows read from the store are counted, because times differ from machine to machine.
 * `npm run bench` has the times.
 */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/durable.ts';
import { checkStore, type Store, type StoreOpener, type Troupe } from '../../src/index.ts';
import { keys } from '../../src/runtime/records/keys.ts';
import { createTestProject, type TestProject } from './test-project.ts';

/** Rows of plans; the runtime's own, such as those of its last commits, are bounded. */
const counted = new Set(keys.versionedPrefixes.map(prefix => prefix.slice(0, -1)));

/** Opens `opener` as a store whose reads of plans' rows are counted, by the first part of their keys. */
function countReads(opener: StoreOpener): { open: StoreOpener; reads: Map<string, number> } {
  const reads = new Map<string, number>();
  const count = (key: string) => {
    const letters = key.split('/')[0] ?? '';
    if (counted.has(letters)) reads.set(letters, (reads.get(letters) ?? 0) + 1);
  };
  const open = async () => {
    const store = await opener();
    const counting: Store = {
      batch: operations => store.batch(operations),
      close: () => store.close(),
      get(key) {
        count(key);
        return store.get(key);
      },
      async *entries(prefix, options) {
        for await (const row of store.entries(prefix, options)) {
          count(row[0]);
          yield row;
        }
      },
    };
    return counting;
  };
  return { open, reads };
}

async function applyPlan(troupe: Troupe): Promise<string> {
  const plan = await troupe.use({ action: 'work', profile: 'full-auto', allowEmpty: true, start: true });
  for (;;) {
    const { phase, state } = await plan.waitUntilIdle();
    if (state !== 'complete') return state === 'applied' ? plan.id : `${phase}.${state}`;
    if (phase === 'execute') await plan.apply();
    else await plan.execute();
  }
}

/** Opens a project whose store counts, with the action `work`; `readsOf` returns the rows that some work read. */
async function openCounted(): Promise<{
  project: TestProject;
  store: StoreOpener;
  readsOf(work: () => Promise<unknown>): Promise<Record<string, number>>;
}> {
  const { open: store, reads } = countReads(memoryStore());
  const project = await createTestProject({}, { store });
  await project.troupe.actions.create({ name: 'work', description: 'Work', executionActor: 'player' });
  return {
    project,
    store,
    async readsOf(work) {
      reads.clear();
      await work();
      return Object.fromEntries(reads);
    },
  };
}

test('Opening, listing, finding a plan by the end of its id and one more plan read no rows of finished plans [R313]', async () => {
  const { project, readsOf } = await openCounted();
  const first = await applyPlan(project.troupe);
  const measure = async () => ({
    opening: await readsOf(() => project.reopen()),
    list: await readsOf(() => project.troupe.list({ children: true })),
    find: await readsOf(async () => expect((await project.troupe.get(first.slice(-8))).id).toBe(first)),
    newest: await readsOf(() => project.troupe.get()),
    tree: await readsOf(() => project.troupe.tree(first)),
    run: await readsOf(() => applyPlan(project.troupe)),
  });
  const few = await measure();
  for (let count = 0; count < 3; count++) await applyPlan(project.troupe);
  expect(await measure()).toEqual(few);
  expect(few.list).toEqual({});
});

test('A check of the store reads the rows of each plan once [R314]', async () => {
  const { project, store, readsOf } = await openCounted();
  for (let count = 0; count < 3; count++) await applyPlan(project.troupe);
  await project.troupe.close();
  const rows = new Map<string, number>();
  const opened = await store();
  for await (const [key] of opened.entries('')) {
    const letters = key.split('/')[0] ?? '';
    rows.set(letters, (rows.get(letters) ?? 0) + 1);
  }
  await opened.close();
  let health: Awaited<ReturnType<typeof checkStore>> | undefined;
  const reads = await readsOf(async () => {
    health = await checkStore(store);
  });
  expect(health).toMatchObject({ plans: 3, damage: [] });
  for (const letters of ['c', 'cs', 'j', 'n', 'p', 'u'])
    expect([letters, reads[letters]]).toEqual([letters, rows.get(letters)]);
});
