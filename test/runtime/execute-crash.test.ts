/** A process that dies after each of its commits in turn, and what `plan execute` and `plan resume` do afterwards. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import type { Plan, PlanRecord, StoreOpener } from '../../src/index.ts';
import { advancePlan } from '../../src/presentation/advance-plan.ts';
import { sharedStore } from './crash-points.ts';
import { createTestProject, type TestProject } from './test-project.ts';

type TakeUp = (testProject: TestProject, plan: Plan, left: PlanRecord) => Promise<unknown>;

/** Runs a plan in a process that dies after so many batches; returns its state then and the state after `takeUp`. */
async function dieAndTakeUp(batches: number, takeUp: TakeUp): Promise<{ died: boolean; at: string; led: string }> {
  const rows = await memoryStore()();
  let written = 0;
  let reportCrash = () => {};
  const died = new Promise<true>(resolve => {
    reportCrash = () => resolve(true);
  });
  const dies: StoreOpener = async () => {
    const store = await sharedStore(rows, () => written >= batches)();
    const batch: typeof store.batch = async operations => {
      await store.batch(operations);
      written += 1;
      if (written >= batches) reportCrash();
      if (written >= batches) await new Promise(() => {});
    };
    return { ...store, batch };
  };
  const testProject = await createTestProject({
    thinker: () => {},
    player: ({ call }) => call('write', { path: 'done.txt', content: 'done\n' }),
  });
  // What `troupe run` does.
  const run = async () => {
    const troupe = await testProject.openSecond({ store: dies });
    await troupe.actions.create({
      name: 'play',
      description: 'Play',
      strategyActor: 'thinker',
      executionActor: 'player',
      validations: [{ name: 'done', argv: ['test', '-f', 'done.txt'] }],
    });
    const plan = await troupe.use({ action: 'play', execute: 'unlessReviewed' });
    await plan.waitUntilIdle();
    return false as const;
  };
  const isDead = await Promise.race([died, run()]);
  await testProject.troupe.close();
  testProject.troupe = await testProject.openSecond({ store: sharedStore(rows), resume: false });
  const [left] = await testProject.troupe.list();
  if (left === undefined) return { died: isDead, at: 'nowhere', led: 'nowhere' };
  const plan = await testProject.troupe.get(left.planId);
  await takeUp(testProject, plan, left);
  const { phase, state, resultTree } = await plan.waitUntilIdle();
  const led = `${phase}.${state}${resultTree === null ? '' : ' with a result'}`;
  await testProject.close();
  return { died: isDead, at: `${left.phase}.${left.state}`, led };
}

/** Dies after each commit in turn; returns the states in which the plan was left. */
async function sweep(takeUp: TakeUp): Promise<string[]> {
  const from = new Set<string>();
  for (let batches = 1; ; batches++) {
    const { died, at, led } = await dieAndTakeUp(batches, takeUp);
    if (at !== 'nowhere') expect(led, `dead after batch ${batches}, at ${at}`).toBe('execute.complete with a result');
    from.add(at);
    if (!died) return [...from].sort();
  }
}

const everywhere = [
  'execute.complete',
  'execute.processing',
  'nowhere',
  'strategize.complete',
  'strategize.processing',
  'strategize.queued',
];

test('[R191] execute continues to a reviewed result, after whichever commit the process died', async () => {
  expect(await sweep((_, plan, left) => advancePlan(plan, left))).toEqual(everywhere);
}, 600_000);

test('[R191] resume continues a run to a reviewed result, after whichever commit the process died', async () => {
  expect(await sweep(({ troupe }) => troupe.resume())).toEqual(everywhere);
}, 600_000);
