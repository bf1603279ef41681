/** A store of instances that lost a batch or rows: it is refused, can be repaired, and continues with the remaining instances. */
import { expect, test } from 'vitest';
import { assign, raise, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { openDurable, repairStore } from '../../src/durable.ts';
import { crashableStore } from './shop-machine.ts';

const order = setup({
  types: {} as { context: { items: number }; events: { type: 'ADD' | 'LATER' | 'BREAK' } },
  actions: {
    break: () => {
      throw new Error('broken');
    },
  },
}).createMachine({
  id: 'order',
  context: { items: 0 },
  on: {
    ADD: { actions: assign({ items: ({ context }) => context.items + 1 }) },
    LATER: { actions: raise({ type: 'ADD' }, { delay: 60_000 }) },
    BREAK: { actions: 'break' },
  },
});

async function world() {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const search = { order: { items: ({ context }: { context: { items: number } }) => context.items } };
  const open = async () => openDurable({ store: await rows.open(), machines: { order }, search, clock });
  const system = await open();
  for (const id of ['a', 'b', 'c', 'd']) await (await system.start('order', { id })).send({ type: 'ADD' });
  await system.get('order', 'a').send({ type: 'LATER' });
  await system
    .get('order', 'b')
    .send({ type: 'BREAK' })
    .catch(() => {});
  await system.get('order', 'b').send({ type: 'ADD' });
  await system.get('order', 'c').stop();
  await system.close();
  return { rows, clock, open };
}

test('[R263] a lost batch of a store of instances is damage; a repair writes the index again', async () => {
  const { rows, clock, open } = await world();
  const before = await rows.rows();
  const store = await rows.open();
  const lost = before.filter(([at]) => at === 'm/c/5' || at.startsWith('X/order/status'));
  await store.batch(lost.map(([key]) => ({ type: 'del', key })));
  await expect(open()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  expect(await repairStore(await rows.open())).toEqual({ intact: 4, dropped: [], orphanedRows: 0, commitsMissing: 1 });
  const system = await open();
  const listed = async (status: 'running' | 'quarantined' | 'stopped') =>
    (await system.list({ status })).map(({ id }) => id);
  expect([await listed('running'), await listed('quarantined'), await listed('stopped')]).toEqual([
    ['a', 'd'],
    ['b'],
    ['c'],
  ]);
  expect(system.health().instances).toEqual({ awake: 2, asleep: 0, quarantined: 1, done: 0, stopped: 1 });
  clock.advance(60_000);
  expect(await system.get('order', 'a').query(({ context }) => context.items)).toBe(2);
  expect((await system.list({ where: { items: 2 } })).map(({ id }) => id)).toEqual(['a']);
  await system.start('order', { id: 'new' });
  await system.close();
  expect(new Set((await rows.rows('I/')).map(([, row]) => (row as { uid: string }).uid)).size).toBe(5);
  await (await open()).close();
});

test('[R263] a store that lost all of its batches gets new ones, and keeps its instances', async () => {
  const { rows, open } = await world();
  const store = await rows.open();
  await store.batch((await rows.rows('m/c/')).map(([key]) => ({ type: 'del', key })));
  await expect(open()).rejects.toMatchObject({
    code: 'STORE_DAMAGED',
    message: expect.stringContaining('its commit counter is missing'),
  });
  expect(await repairStore(await rows.open())).toMatchObject({ intact: 4, dropped: [], orphanedRows: 0 });
  await using system = await open();
  await system.start('order', { id: 'new' });
  expect((await system.list()).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'new']);
  expect(new Set((await rows.rows('I/')).map(([, row]) => (row as { uid: string }).uid)).size).toBe(5);
});

test('[R263] a store of a later format is refused', async () => {
  const { rows, open } = await world();
  await (await rows.open()).batch([{ type: 'put', key: 'm/format', value: 'instances-99' }]);
  await expect(open()).rejects.toMatchObject({
    code: 'STORE_FORMAT',
    message: expect.stringContaining('The store has format instances-99'),
  });
});

test('[R263] an instance that lost its state is dropped, and rows without an instance are removed', async () => {
  const { rows, open } = await world();
  const store = await rows.open();
  const [a, b] = await Promise.all(['a', 'b'].map(async id => (await store.get(`I/order/${id}`)) as { uid: string }));
  const ofA = (await rows.rows(`V/${a?.uid}/`)).map(([key]) => ({ type: 'del' as const, key }));
  await store.batch([...ofA, { type: 'del', key: 'I/order/b' }, { type: 'del', key: 'm/format' }]);
  const before = (await rows.rows(`V/${b?.uid}/`)).length + (await rows.rows(`Q/${b?.uid}/`)).length;
  await expect(open()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  const report = await repairStore(await rows.open());
  expect(report).toEqual({ intact: 2, dropped: ['order/a'], orphanedRows: before, commitsMissing: 0 });
  await using system = await open();
  expect((await system.list()).map(({ id, status }) => `${id} ${status}`)).toEqual(['c stopped', 'd running']);
});
