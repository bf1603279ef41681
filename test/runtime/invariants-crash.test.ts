/** A process that dies between a tool call and the check of the invariants after it. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import type { StoreOpener } from '../../src/index.ts';
import { sharedStore } from './crash-points.ts';
import { createTestProject } from './test-project.ts';

test('[R123] invariants that hold after each action are checked for a call whose process died before the check', async () => {
  const rows = await memoryStore()();
  let dead = false;
  let reportCrash = () => {};
  const died = new Promise<void>(resolve => {
    reportCrash = resolve;
  });
  const diesAfterCall: StoreOpener = async () => {
    const store = await sharedStore(rows, () => dead)();
    const batch: typeof store.batch = async operations => {
      await store.batch(operations);
      if (!JSON.stringify(operations).includes('"tool.called"')) return;
      dead = true;
      reportCrash();
      await new Promise(() => {});
    };
    return { ...store, batch };
  };
  const testProject = await createTestProject(
    {
      async player({ call }) {
        await call('write', { path: 'wrong.txt', content: 'x' });
        // No trace of it is left at the end of the step.
        await call('delete', { path: 'wrong.txt' });
        await call('write', { path: 'fine.txt', content: 'x' });
      },
    },
    { store: diesAfterCall },
  );
  await testProject.troupe.actions.create({
    name: 'play',
    description: 'Play',
    executionActor: 'player',
    invariants: [{ text: 'Nothing wrong', each: 'action', check: { kind: 'paths', deny: ['wrong.txt'] } }],
  });
  const plan = await testProject.troupe.use({ action: 'play' });
  await plan.execute();
  await died;

  testProject.troupe = await testProject.openSecond({ store: sharedStore(rows) });
  const { error } = await (await testProject.troupe.get(plan.id)).waitUntilIdle();
  expect(error).toMatchObject({ code: 'INVARIANT_VIOLATED', message: expect.stringContaining('wrong.txt') });
});
