/** A process that dies after each of its commits in turn, and what `plan execute` makes of what it left. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/memory-store.ts';
import { goOn } from '../../src/cli/go-on.ts';
import type { StoreOpener } from '../../src/index.ts';
import { shared } from './mortal.ts';
import { playhouse } from './playhouse.ts';

/** Runs a plan in a process that dies once so many batches are on disk; where it stood then, and where execute led. */
async function dieAndExecute(batches: number): Promise<{ died: boolean; at: string; led: string }> {
  const rows = await memoryStore()();
  let written = 0;
  let tell = () => {};
  const died = new Promise<true>(resolve => {
    tell = () => resolve(true);
  });
  const dies: StoreOpener = async () => {
    const store = await shared(rows, () => written >= batches)();
    const batch: typeof store.batch = async operations => {
      await store.batch(operations);
      written += 1;
      if (written >= batches) tell();
      if (written >= batches) await new Promise(() => {});
    };
    return { ...store, batch };
  };
  const house = await playhouse({
    thinker: () => {},
    player: ({ call }) => call('write', { path: 'done.txt', content: 'done\n' }),
  });
  // What `troupe run` does.
  const run = async () => {
    const troupe = await house.another({ store: dies });
    await troupe.actions.create({
      name: 'play',
      description: 'Play',
      strategyActor: 'thinker',
      executionActor: 'player',
      validations: [{ name: 'done', argv: ['test', '-f', 'done.txt'] }],
    });
    const plan = await troupe.use({ action: 'play', start: true });
    await plan.settled();
    await goOn(plan, await plan.record());
    await plan.settled();
    return false as const;
  };
  const isDead = await Promise.race([died, run()]);
  await house.troupe.close();
  house.troupe = await house.another({ store: shared(rows), resume: false });
  const [left] = await house.troupe.plans();
  if (left === undefined) return { died: isDead, at: 'nowhere', led: 'nowhere' };
  const plan = await house.troupe.plan(left.planId);
  await goOn(plan, left);
  const { phase, state, resultTree } = await plan.settled();
  const led = `${phase}.${state}${resultTree === null ? '' : ' with a result'}`;
  await house.close();
  return { died: isDead, at: `${left.phase}.${left.state}`, led };
}

test('[R191] execute goes on to a reviewed result, after whichever commit the process died', async () => {
  const from = new Set<string>();
  for (let batches = 1; ; batches++) {
    const { died, at, led } = await dieAndExecute(batches);
    if (at !== 'nowhere') expect(led, `dead after batch ${batches}, at ${at}`).toBe('execute.complete with a result');
    from.add(at);

    if (!died) break;
  }
  expect([...from].sort()).toEqual([
    'execute.complete',
    'execute.processing',
    'nowhere',
    'strategize.complete',
    'strategize.processing',
    'strategize.queued',
  ]);
}, 600_000);
