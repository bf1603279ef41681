/** Refs of finished plans are archived: git in your repository does not become slower with each plan. */
import { ulid } from 'ulid';
import { expect, test } from 'vitest';
import type { Plan } from '../../../src/index.ts';
import { archiveBatch } from '../../../src/runtime/gc/pin-archiver.ts';
import { createTestProject, type TestProject } from '../test-project.ts';

const refs = (here: TestProject) =>
  here
    .git('for-each-ref', '--format=%(refname)', 'refs/troupe/')
    .split('\n')
    .filter(name => name !== '');

const ownRefs = (here: TestProject, plan: Plan) => refs(here).filter(name => name.includes(plan.id));

async function finish(here: TestProject, text: string): Promise<Plan> {
  const { plan } = await here.run(async ({ call }) => {
    await call('builtin/write', { path: 'b.txt', content: text });
  });
  await plan.apply();
  await plan.waitUntilIdle();
  return plan;
}

/** Waits until all work on finished plans is done. */
async function put(here: TestProject, plans: readonly Plan[]): Promise<void> {
  const seen = async () => (await here.troupe.cleanUp({ maxBytes: 0 })).items.map(({ name }) => name);
  await expect.poll(seen, { interval: 20 }).toEqual(expect.arrayContaining(plans.map(({ id }) => id)));
}

test('finished plans share one ref; a fork, a diff and an export of them find every file after a garbage collection [R315, R316]', async () => {
  const here = await createTestProject();
  const plan = await finish(here, 'first\n');
  const diff = await plan.diff();
  const resting = await here.run(() => {});
  expect(ownRefs(here, plan).length).toBeGreaterThan(1);
  await here.troupe.cleanUp({ dryRun: false });
  expect(ownRefs(here, plan)).toEqual([]);
  expect(refs(here)).toContain('refs/troupe/archive');
  expect(refs(here), 'the marker of its apply shares a ref too').toContain('refs/troupe/applied');
  expect(refs(here).filter(name => name.startsWith('refs/troupe/apply/'))).toEqual([]);
  expect(ownRefs(here, resting.plan).length, 'a plan that waits keeps its refs').toBeGreaterThan(1);
  here.git('reflog', 'expire', '--expire=now', '--all');
  here.git('gc', '--quiet', '--prune=now');
  expect(await plan.diff()).toBe(diff);
  const [checkpoint] = await plan.checkpoints.list();
  const fork = await here.troupe.fork({ plan: plan.id, checkpoint: checkpoint?.checkpointId ?? '' });
  await fork.execute();
  expect(await fork.waitUntilIdle()).toMatchObject({ phase: 'execute', state: 'complete' });
  const lines: string[] = [];
  for await (const line of plan.export()) lines.push(line);
  expect(lines.join('')).toContain(`plans/${plan.id}/result`);
  await fork.cancel();
  await resting.plan.cancel();
  await put(here, [fork, resting.plan]);
  expect(here.git('log', '--all', '--format=%s').trim().split('\n'), 'the log shows no commit of ours').toEqual([
    'Play',
    'Begin',
  ]);
});

test('a process archives when it closes, once sixteen plans have refs of their own [R315]', async () => {
  const here = await createTestProject();
  const others = Array.from({ length: archiveBatch - 2 }, (_, at) => `refs/troupe/plans/${ulid(at)}/work`);
  for (const ref of others) here.git('update-ref', ref, 'HEAD^{tree}');
  const first = await finish(here, 'first\n');
  await put(here, [first]);
  await here.reopen();
  expect(ownRefs(here, first).length).toBeGreaterThan(1);
  const second = await finish(here, 'second\n');
  await put(here, [second]);
  const again = await here.reopen();
  expect([...ownRefs(here, first), ...ownRefs(here, second)]).toEqual([]);
  expect(refs(here), 'those of plans of another store').toEqual(expect.arrayContaining(others));
  expect(await (await again.get(first.id)).diff()).toContain('+first');
});

test('a plan that is cancelled at work, after an error or between two processes leaves at most one ref [R315, R316]', async () => {
  let isAtWork = () => {};
  const here = await createTestProject({
    worker: async task => {
      await task.call('builtin/write', { path: 'b.txt', content: task.plan.planId });
      isAtWork();
      await new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));
    },
  });
  const failed = await here.run(async task => {
    await task.call('builtin/write', { path: 'b.txt', content: 'b' });
    throw new Error('no further');
  });
  expect(failed.record.state).toBe('errored');
  await failed.plan.cancel();

  await here.troupe.actions.create({ name: 'work', description: 'Work', executionActor: 'worker' });
  const plans = [failed.plan];
  for (const isInterrupted of [false, true]) {
    const atWork = new Promise<void>(resolve => {
      isAtWork = resolve;
    });
    const plan = await here.troupe.use({ action: 'work' });
    await plan.execute();
    await atWork;
    const now = isInterrupted ? await (await here.reopen()).get(plan.id) : plan;
    await now.cancel();
    expect(await now.waitUntilIdle()).toMatchObject({ state: 'cancelled' });
    plans.push(now);
  }
  await put(here, plans);
  await here.troupe.cleanUp({ dryRun: false });
  for (const plan of plans) expect(ownRefs(here, plan).length, ownRefs(here, plan).join(' ')).toBeLessThanOrEqual(1);
});
