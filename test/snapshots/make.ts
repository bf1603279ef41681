/**
 * Keeps what a store of this version looks like, for ever: `npx tsx test/snapshots/make.ts v2`. To be run once for each
 * version that changes a record, and never again for one that was released: an old snapshot is what users have.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryStore } from '../../src/adapters/memory-store.ts';
import { systemIdsIn } from '../../src/durable/stored.ts';
import type { Plan, Store, Troupe } from '../../src/index.ts';
import { work, world } from './world.ts';

const [version = ''] = process.argv.slice(2);
const folder = fileURLToPath(new URL(version, import.meta.url));
if (!/^v\d+$/.test(version) || existsSync(folder)) throw new Error(`"${version}" is no new version, such as v2`);

const here = world();
writeFileSync(join(here.root, 'shared.txt'), 'as it was\n');
here.git('add', '-A');
here.git('commit', '--quiet', '-m', 'Begin');

const opener = memoryStore();
let store: Store | undefined;
let reached = () => {};
const atWork = new Promise<void>(resolve => {
  reached = resolve;
});
let release = () => {};
const released = new Promise<void>(resolve => {
  release = resolve;
});

const troupe = await here.open(
  async () => {
    store = await opener();
    return store;
  },
  async task => {
    if (task.plan.description === 'failed') throw new Error('not this time');
    await work(task);
    if (task.plan.description !== 'is at work') return;
    reached();
    await released;
  },
);
await troupe.actions.create({ name: 'work', description: 'Work', executionActor: 'worker' });

const plans = await makePlans(troupe);
await atWork;
await quiet();
const sandboxes = await Promise.all(
  (await here.project().sandboxes()).map(async ({ key }) => ({ key, ...(await here.project().capture({ key })) })),
);
const rows = await rowsOf(store);
const placeOfSandboxes = await here.sandboxHome();
mkdirSync(folder);
const hide = (text: string) => text.replaceAll(placeOfSandboxes, '{sandboxes}').replaceAll(here.root, '{root}');
writeFileSync(join(folder, 'rows.jsonl'), rows.map(row => `${hide(JSON.stringify(row))}\n`).join(''));
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
  here.git('update-ref', `refs/kept/${tree}`, here.git('commit-tree', tree, '-m', 'kept').trim());
here.git('bundle', 'create', '--quiet', join(here.home, 'bundle'), '--all');
writeFileSync(join(folder, 'repository.txt'), inLines(readFileSync(join(here.home, 'bundle')).toString('base64')));
release();
await troupe.close();
here.remove();

async function makePlans(on: Troupe): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  const use = async (goal: string, start?: boolean): Promise<Plan> => {
    const plan = await on.use({ action: 'work', goal, ...(start === undefined ? {} : { start }) });
    made[goal] = plan.id;
    return plan;
  };
  await use('waits to begin', false);
  await (await use('is planned')).settled();
  for (const goal of ['rests', 'has parts', 'is in conflict', 'failed', 'landed', 'ended', 'is at work']) {
    const plan = await use(goal);
    await plan.settled();
    await plan.execute();
    if (goal !== 'is at work') await plan.settled();
    if (goal === 'landed') await plan.apply({ target: { kind: 'branch', branch: 'landed' } });
    if (goal === 'ended') await plan.cancel('no longer wanted');
    if (goal === 'landed' || goal === 'ended') await plan.settled();
  }
  return made;
}

/** Until what has ended has been put away: the rest is to be found as it is. */
async function quiet(): Promise<void> {
  const over = ['landed', 'ended'].map(goal => `plan:${plans[goal]}`);
  for (;;) {
    const awake = store === undefined ? new Set<string>() : await systemIdsIn(store);
    if (!over.some(id => awake.has(id))) return;
    await new Promise(resolve => setImmediate(resolve));
  }
}

async function rowsOf(from: Store | undefined): Promise<{ key: string; value: unknown }[]> {
  const found: { key: string; value: unknown }[] = [];
  if (from !== undefined) for await (const [key, value] of from.entries('')) found.push({ key, value });
  return found;
}

function inLines(text: string): string {
  return text.replace(/.{1,120}/g, '$&\n');
}
