/** A process that dies between a tool call and the question whether the invariants still hold after it. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/memory-store.ts';
import type { StoreOpener } from '../../src/index.ts';
import { shared } from './mortal.ts';
import { playhouse } from './playhouse.ts';

test('[R123] invariants of each action are asked of a call whose process died before they were', async () => {
  const rows = await memoryStore()();
  let dead = false;
  let tell = () => {};
  const died = new Promise<void>(resolve => {
    tell = resolve;
  });
  const diesAfterCall: StoreOpener = async () => {
    const store = await shared(rows, () => dead)();
    const batch: typeof store.batch = async operations => {
      await store.batch(operations);
      if (!JSON.stringify(operations).includes('"tool.called"')) return;
      dead = true;
      tell();
      await new Promise(() => {});
    };
    return { ...store, batch };
  };
  const house = await playhouse(
    {
      async player({ call }) {
        await call('write', { path: 'wrong.txt', content: 'x' });
        // Nothing is to be seen of it when the work is over.
        await call('delete', { path: 'wrong.txt' });
        await call('write', { path: 'fine.txt', content: 'x' });
      },
    },
    { store: diesAfterCall },
  );
  await house.troupe.actions.create({
    name: 'play',
    description: 'Play',
    executionActor: 'player',
    invariants: [{ text: 'Nothing wrong', each: 'action', check: { kind: 'paths', deny: ['wrong.txt'] } }],
  });
  const plan = await house.troupe.use({ action: 'play' });
  await plan.execute();
  await died;

  house.troupe = await house.another({ store: shared(rows) });
  const { error } = await (await house.troupe.plan(plan.id)).settled();
  expect(error).toMatchObject({ code: 'INVARIANT_VIOLATED', message: expect.stringContaining('wrong.txt') });
});
