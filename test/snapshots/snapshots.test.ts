/**
 * Stores as each version of the records left them: they must open for ever, and the plans in them go on. When a change
 * makes this fail, the change needs a translation (src/runtime/records/migrations.ts), an upcaster (src/durable/migrations.ts) or a
 * default for what is new; the snapshot stays as it is.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { checkStore, type Plan, type StoreOpener, type Troupe } from '../../src/index.ts';
import { PlanRecord } from '../../src/model/plan.ts';
import { createSnapshotProject, runGoal, type SnapshotProject } from './snapshot-project.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const versions = readdirSync(at('.')).filter(name => /^v\d+$/.test(name));

describe.each(versions)('a store of %s', version => {
  const read = (name: string) => readFileSync(at(`${version}/${name}`), 'utf8');
  const ids: Record<string, string> = JSON.parse(read('plans.json'));
  const opened: { here: SnapshotProject; troupe?: Troupe }[] = [];

  afterEach(async () => {
    for (const { here, troupe } of opened.splice(0)) {
      await troupe?.close();
      here.remove();
    }
  });

  /** The repository, its sandboxes and the rows as they were. */
  async function restored(): Promise<{ here: SnapshotProject; store: StoreOpener }> {
    const here = createSnapshotProject();
    opened.push({ here });
    const bundle = join(here.home, 'bundle');
    writeFileSync(bundle, Buffer.from(read('repository.txt'), 'base64'));
    here.git('fetch', '--quiet', '--update-head-ok', bundle, '+refs/*:refs/*');
    here.git('reset', '--quiet', '--hard');
    const project = here.project();
    for (const sandbox of JSON.parse(read('sandboxes.json'))) await project.openSandbox(sandbox);
    await project.close();
    const places = { '{sandboxes}': await here.sandboxHome(), '{root}': here.root };
    const text = Object.entries(places).reduce(
      (rows, [name, place]) => rows.replaceAll(name, place),
      read('rows.jsonl'),
    );
    const opener = memoryStore();
    const store = await opener();
    const rows = text.trimEnd().split('\n');
    await store.batch(rows.map(row => ({ type: 'put', ...JSON.parse(row) })));
    await store.close();
    return { here, store: opener };
  }

  async function reopened(): Promise<{ here: SnapshotProject; plan(goal: string): Promise<Plan> }> {
    const { here, store } = await restored();
    const troupe = await here.open(store, runGoal);
    opened.push({ here, troupe });
    return { here, plan: goal => troupe.get(ids[goal] ?? goal) };
  }

  const idleState = async (plan: Plan) => {
    const { phase, state } = await plan.waitUntilIdle();
    return `${phase}.${state}`;
  };

  test('holds together, and its plans are what plans are today', async () => {
    const { here, store } = await restored();
    expect((await checkStore(store)).damage).toEqual([]);
    const troupe = await here.open(store, runGoal);
    opened.push({ here, troupe });
    const records = await troupe.list({ all: true, children: true });
    expect(records.length).toBeGreaterThan(Object.keys(ids).length);
    for (const record of records) PlanRecord.parse(record);
    for (const id of Object.values(ids)) {
      const plan = await troupe.get(id);
      expect(await plan.conflicts.list()).toBeInstanceOf(Array);
      for (const checkpoint of await plan.checkpoints.list()) here.git('cat-file', '-e', checkpoint.treeOid);
      const lines: string[] = [];
      for await (const line of plan.export()) lines.push(line);
      expect(lines.at(-1)).toContain('"type":"end"');
    }
    expect((await (await troupe.get(ids['has parts'] ?? '')).decisions()).length).toBeGreaterThan(2);
  });

  test('goes on with the plan that was at work when its process ended, and begins the one that waits', async () => {
    const { here, plan } = await reopened();
    const atWork = await plan('is at work');
    expect(await idleState(atWork)).toBe('execute.complete');
    expect(await atWork.diff()).toContain('+is at work');
    const waiting = await plan('waits to begin');
    await waiting.execute();
    expect(await idleState(waiting)).toBe('execute.complete');
    await waiting.apply();
    expect(await idleState(waiting)).toBe('apply.applied');
    expect(here.git('show', 'HEAD:waits-to-begin.txt')).toBe('waits to begin\n');
  });

  test('leads each resting plan on from where it rests', async () => {
    const { here, plan } = await reopened();
    const planned = await plan('is planned');
    await planned.execute();
    expect(await idleState(planned)).toBe('execute.complete');
    const failed = await plan('failed');
    expect(await idleState(failed)).toBe('execute.errored');
    await failed.execute();
    expect(await idleState(failed)).toBe('execute.complete');
    const conflicted = await plan('is in conflict');
    expect(await idleState(conflicted)).toBe('execute.conflicted');
    const [conflict] = await conflicted.conflicts.list();
    await conflicted.conflicts.resolve(conflict?.path ?? '', 'theirs');
    expect(await idleState(conflicted)).toBe('execute.complete');
    const parted = await plan('has parts');
    await parted.apply();
    expect(await idleState(parted)).toBe('apply.applied');
    expect(here.git('show', 'HEAD:part-one.txt') + here.git('show', 'HEAD:part-two.txt')).toBe('part one\npart two\n');
  });

  test('takes a plan back to a checkpoint, and keeps what has ended as it was', async () => {
    const { plan } = await reopened();
    const rests = await plan('rests');
    const [first] = await rests.checkpoints.list();
    const { changes } = await rests.rollback(first?.checkpointId ?? '');
    expect(changes).toEqual([{ file: 'rests.txt', action: 'removed' }]);
    await rests.execute();
    expect(await idleState(rests)).toBe('execute.complete');
    expect(await idleState(await plan('applied'))).toBe('apply.applied');
    const ended = await (await plan('ended')).record();
    expect(ended).toMatchObject({ state: 'cancelled', cancelReason: 'no longer wanted' });
  });
});

test('there is a snapshot of the first version', () => {
  expect(versions).toContain('v1');
});
