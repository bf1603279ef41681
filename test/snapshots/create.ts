/**
 * Keeps what a store of this version looks like, for ever: `npx tsx test/snapshots/create.ts v2`. To be run once for each
 * version that changes a record, and never again for one that was released: an old snapshot is what users have.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { readSystemIds } from '../../src/durable/check-store.ts';
import type { Plan, Store, Troupe } from '../../src/index.ts';
import { createSnapshotProject, runGoal } from './snapshot-project.ts';

const [version = ''] = process.argv.slice(2);
const folder = fileURLToPath(new URL(version, import.meta.url));
if (!/^v\d+$/.test(version) || existsSync(folder)) throw new Error(`"${version}" is no new version, such as v2`);

const snapshotProject = createSnapshotProject();
writeFileSync(join(snapshotProject.root, 'shared.txt'), 'as it was\n');
snapshotProject.git('add', '-A');
snapshotProject.git('commit', '--quiet', '-m', 'Begin');

const opener = memoryStore();
let store: Store | undefined;
let waitForStates = () => {};
const runningGoals = new Promise<void>(resolve => {
  waitForStates = resolve;
});
let release = () => {};
const released = new Promise<void>(resolve => {
  release = resolve;
});

const troupe = await snapshotProject.open(
  async () => {
    store = await opener();
    return store;
  },
  async task => {
    if (task.plan.description === 'failed') throw new Error('not this time');
    await runGoal(task);
    if (task.plan.description !== 'is at work') return;
    waitForStates();
    await released;
  },
);
await troupe.actions.create({ name: 'work', description: 'Work', executionActor: 'worker' });

const plans = await makePlans(troupe);
await runningGoals;
await waitUntilIdle();
const sandboxes = await Promise.all(
  (await snapshotProject.project().sandboxes()).map(async ({ key }) => ({
    key,
    ...(await snapshotProject.project().capture({ key })),
  })),
);
const rows = await rowsOf(store);
const sandboxHome = await snapshotProject.sandboxHome();
mkdirSync(folder);
const maskPaths = (text: string) =>
  text.replaceAll(sandboxHome, '{sandboxes}').replaceAll(snapshotProject.root, '{root}');
writeFileSync(join(folder, 'rows.jsonl'), rows.map(row => `${maskPaths(JSON.stringify(row))}\n`).join(''));
writeFileSync(join(folder, 'plans.json'), `${JSON.stringify(plans, null, 2)}\n`);
writeFileSync(
  join(folder, 'sandboxes.json'),
  `${JSON.stringify(
    sandboxes.map(({ key, tree }) => ({ key, tree })),
    null,
    2,
  )}\n`,
);
for (const { tree } of sandboxes)
  snapshotProject.git('update-ref', `refs/kept/${tree}`, snapshotProject.git('commit-tree', tree, '-m', 'kept').trim());
snapshotProject.git('bundle', 'create', '--quiet', join(snapshotProject.home, 'bundle'), '--all');
writeFileSync(
  join(folder, 'repository.txt'),
  toLines(readFileSync(join(snapshotProject.home, 'bundle')).toString('base64')),
);
release();
await troupe.close();
snapshotProject.remove();

async function makePlans(on: Troupe): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  const use = async (goal: string, start?: boolean): Promise<Plan> => {
    const plan = await on.use({ action: 'work', goal, ...(start === undefined ? {} : { start }) });
    made[goal] = plan.id;
    return plan;
  };
  await use('waits to begin', false);
  await (await use('is planned')).waitUntilIdle();
  for (const goal of ['rests', 'has parts', 'is in conflict', 'failed', 'applied', 'ended', 'is at work']) {
    const plan = await use(goal);
    await plan.waitUntilIdle();
    await plan.execute();
    if (goal !== 'is at work') await plan.waitUntilIdle();
    if (goal === 'applied') await plan.apply({ target: { kind: 'branch', branch: 'applied' } });
    if (goal === 'ended') await plan.cancel('no longer wanted');
    if (goal === 'applied' || goal === 'ended') await plan.waitUntilIdle();
  }
  return made;
}

/** Until what has ended has been put away: the rest is to be found as it is. */
async function waitUntilIdle(): Promise<void> {
  const over = ['applied', 'ended'].map(goal => `plan:${plans[goal]}`);
  for (;;) {
    const awake = store === undefined ? new Set<string>() : await readSystemIds(store);
    if (!over.some(id => awake.has(id))) return;
    await new Promise(resolve => setImmediate(resolve));
  }
}

async function rowsOf(from: Store | undefined): Promise<{ key: string; value: unknown }[]> {
  const found: { key: string; value: unknown }[] = [];
  if (from !== undefined) for await (const [key, value] of from.entries('')) found.push({ key, value });
  return found;
}

function toLines(text: string): string {
  return text.replace(/.{1,120}/g, '$&\n');
}
