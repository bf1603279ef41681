/** A state that is large is reported once, with its actor and the member that makes it large. */
import { describe, expect, test } from 'vitest';
import { assign, enqueueActions, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { type LargeState, memoryStore, openDurable } from '../../src/durable.ts';

const box = setup({
  types: {} as { context: { items: string[]; count: number }; events: { type: 'FILL' | 'COUNT' } },
}).createMachine({
  id: 'box',
  context: { items: [], count: 0 },
  on: {
    FILL: { actions: assign({ items: () => Array.from({ length: 200 }, () => 'x'.repeat(6_000)) }) },
    COUNT: { actions: assign({ count: ({ context }) => context.count + 1 }) },
  },
});

const cabinet = setup({ actors: { box }, types: {} as { events: { type: 'OTHER' } } }).createMachine({
  id: 'cabinet',
  entry: enqueueActions(({ enqueue }) => enqueue.spawnChild('box', { id: 'a', systemId: 'a' })),
});

const clock = manualClock(1_000);
const reported: LargeState[] = [];
const onLargeState = (state: LargeState) => reported.push(state);

describe('a state of more than a million characters', () => {
  test('of an actor is reported once', async () => {
    reported.length = 0;
    await using system = await openDurable({ store: memoryStore(), machine: cabinet, clock, onLargeState });
    system.get('a').send({ type: 'COUNT' });
    await system.barrier();
    expect(reported).toEqual([]);
    for (const type of ['FILL', 'COUNT', 'COUNT']) {
      system.get('a').send({ type });
      await system.barrier();
    }
    expect(reported).toEqual([{ actor: 'root/a', size: expect.any(Number), path: 'context.items' }]);
    expect(reported[0]?.size).toBeGreaterThan(1_200_000);
  });

  test('of an instance is reported with its machine and id', async () => {
    reported.length = 0;
    await using system = await openDurable({ store: memoryStore(), machines: { box, cabinet }, clock, onLargeState });
    const one = await system.start('box', { id: '1' });
    await (await system.start('box', { id: '2' })).send({ type: 'COUNT' });
    await one.send({ type: 'FILL' });
    await one.send({ type: 'COUNT' });
    await expect.poll(() => reported).toHaveLength(1);
    expect(reported).toMatchObject([{ actor: 'box/1', path: 'context.items' }]);
  });
});
