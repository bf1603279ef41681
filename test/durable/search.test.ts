/** Lists instances by their status, state, tag, version and search attributes. */
import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { compareValues, encodeSearchValue } from '../../src/durable/instances/search-value.ts';
import { type InstanceFilter, type InstanceInfo, openDurable } from '../../src/durable.ts';
import type { Store } from '../../src/ports/store.ts';
import { seededRandom, testSeed } from '../seed.ts';
import { crashableStore } from './shop-machine.ts';

interface Order {
  customer?: string;
  total: number;
  isGift: boolean;
  dueAt?: number;
}

const order = setup({
  types: {} as {
    context: Order;
    input: Order;
    events: { type: 'PAY' | 'PACK' | 'BREAK' } | { type: 'SET'; total: number } | { type: 'SPOIL' };
    tags: 'open';
  },
  actions: {
    break: () => {
      throw new Error('broken');
    },
  },
}).createMachine({
  id: 'order',
  version: '1',
  context: ({ input }) => input,
  initial: 'cart',
  on: {
    SET: { actions: assign({ total: ({ event }) => event.total }) },
    SPOIL: { actions: assign({ customer: () => ({}) as string }) },
    BREAK: { actions: 'break' },
  },
  states: {
    cart: { tags: 'open', on: { PAY: 'delivery' } },
    delivery: { initial: 'waiting', states: { waiting: { on: { PACK: 'packed' } }, packed: {} } },
  },
});
const note = setup({}).createMachine({ id: 'note', initial: 'written', states: { written: {} } });

const search = {
  order: {
    customer: ({ context }: { context: Order }) => context.customer,
    total: ({ context }: { context: Order }) => context.total,
    isGift: ({ context }: { context: Order }) => context.isGift,
    dueAt: ({ context }: { context: Order }) => (context.dueAt === undefined ? undefined : new Date(context.dueAt)),
  },
};

const machines = { order, note };

function world() {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const open = async (more: object = {}) =>
    openDurable({ store: await rows.open(), machines, clock, search, sleepAfterMs: 1_000, ...more });
  return { rows, clock, open };
}

const ids = (infos: InstanceInfo[]) => infos.map(({ id }) => id);

/** Counts the rows that are read. */
function counted(store: Store) {
  let count = 0;
  const get: Store['get'] = at => {
    count++;
    return store.get(at);
  };
  async function* entries(...args: Parameters<Store['entries']>) {
    for await (const row of store.entries(...args)) {
      count++;
      yield row;
    }
  }
  return { store: { ...store, get, entries }, count: () => count };
}

describe('[R263] list', () => {
  test('finds instances by each kind of value, and by limits in the order of the values', async () => {
    const { open, clock } = world();
    await using system = await open();
    const orders: [string, Order][] = [
      ['a', { customer: 'Ada', total: 30, isGift: true, dueAt: 5_000 }],
      ['b', { customer: 'Bo b/!', total: -5, isGift: false, dueAt: 3_000 }],
      ['c', { customer: 'Ada', total: 7.5, isGift: false }],
      ['d', { total: 100, isGift: true, dueAt: 4_000 }],
    ];
    for (const [id, input] of orders) await system.start('order', { id, input });
    await system.start('note', { id: 'n' });
    const find = async (filter: InstanceFilter<'order' | 'note'>) => ids(await system.list(filter));
    expect(await find({ where: { customer: 'Ada' } })).toEqual(['a', 'c']);
    expect(await find({ where: { customer: 'Bo b/!' } })).toEqual(['b']);
    expect(await find({ where: { customer: 'Ad' } })).toEqual([]);
    expect(await find({ where: { isGift: true } })).toEqual(['a', 'd']);
    expect(await find({ where: { total: 7.5 } })).toEqual(['c']);
    expect(await find({ where: { dueAt: new Date(3_000) } })).toEqual(['b']);
    expect(await find({ where: { total: { gte: -5, lt: 100 } } })).toEqual(['b', 'c', 'a']);
    expect(await find({ where: { total: { gt: -5 } } })).toEqual(['c', 'a', 'd']);
    expect(await find({ where: { total: { lte: 7.5 } } })).toEqual(['b', 'c']);
    expect(await find({ where: { dueAt: { gt: new Date(3_000) } } })).toEqual(['d', 'a']);
    expect(await find({ where: { customer: { gte: 'B' } } })).toEqual(['b']);
    expect(await find({ where: { customer: 'Ada', total: { gt: 10 } } })).toEqual(['a']);
    expect(await find({ where: { customer: 'Ada', isGift: false }, state: 'cart' })).toEqual(['c']);
    await system.get('order', 'c').send({ type: 'PAY' });
    expect(await find({ state: 'delivery' })).toEqual(['c']);
    expect(await find({ state: 'delivery.waiting' })).toEqual(['c']);
    expect(await find({ where: { customer: 'Ada' }, tag: 'open' })).toEqual(['a']);
    expect(await find({ version: '1' })).toEqual(['a', 'b', 'c', 'd']);
    expect(await find({ status: 'running' })).toEqual(['n', 'a', 'b', 'c', 'd']);
    expect((await system.get('order', 'b').info()).attributes).toEqual({
      ...{ customer: 'Bo b/!', total: -5, isGift: false },
      dueAt: new Date(3_000),
    });
    // Those that sleep, those that are quarantined, and those that have ended are found, too.
    clock.advance(1_000);
    expect(system.health().instances.awake).toBe(0);
    expect(await find({ where: { total: { gt: 10 } } })).toEqual(['a', 'd']);
    await system
      .get('order', 'a')
      .send({ type: 'BREAK' })
      .catch(() => {});
    await expect.poll(() => find({ status: 'quarantined' })).toEqual(['a']);
    expect(await find({ where: { customer: 'Ada' }, status: 'quarantined' })).toEqual(['a']);
    await system.get('order', 'd').stop();
    expect(await find({ where: { isGift: true }, status: 'stopped' })).toEqual(['d']);
    await system.get('order', 'a').discard();
    expect(await find({ where: { isGift: true } })).toEqual(['d']);
  });

  test('pages in an order that changes between the pages do not disturb', async () => {
    const { open } = world();
    await using system = await open();
    for (let at = 0; at < 25; at++)
      await system.start('order', { id: `i${at}`, input: { customer: 'x', total: at % 5, isGift: false } });
    await system.start('note', { id: 'n' });
    const filters: InstanceFilter<'order' | 'note'>[] = [
      {},
      { machine: 'order' },
      { where: { customer: 'x' } },
      { where: { total: { gte: 1 } } },
    ];
    for (const filter of filters) {
      const all = ids(await system.list(filter));
      const pages: string[] = [];
      for (let page = await system.list({ ...filter, limit: 4 }); page.length > 0 && pages.length < 100; ) {
        pages.push(...ids(page));
        const after = page.at(-1) as InstanceInfo;
        // The last one moves to another place of the order.
        if (after.machine === 'order') await system.get('order', after.id).send({ type: 'SET', total: 1_000 });
        page = (await system.list({ ...filter, after, limit: 4 })).filter(info => info.attributes.total !== 1_000);
        if (after.machine === 'order')
          await system.get('order', after.id).send({ type: 'SET', total: after.attributes.total as number });
      }
      expect(pages).toEqual(all);
    }
  });

  test('reads as many rows as it finds, and not as many as there are', async () => {
    const { open, rows } = world();
    const first = await open();
    for (let at = 0; at < 300; at++)
      await first.start('order', {
        id: `i${at}`,
        input: { customer: `c${at % 100}`, total: at, isGift: at % 2 === 0 },
      });
    await first.close();
    const { store, count } = counted(await rows.open());
    await using system = await open({ store });
    const cost = async (filter: InstanceFilter<'order' | 'note'>) => {
      const before = count();
      return { found: (await system.list(filter)).length, read: count() - before };
    };
    const filters: InstanceFilter<'order' | 'note'>[] = [
      { where: { customer: 'c7' } },
      { where: { total: { gte: 10, lt: 13 } } },
      { where: { customer: 'c8', total: 108 } },
      { status: 'quarantined' },
      { machine: 'order', limit: 3 },
    ];
    for (const filter of filters) {
      const { found, read } = await cost(filter);
      expect(read).toBeLessThanOrEqual(3 * found + 8);
    }
  });

  test('refuses a name that is not declared, and conditions that say nothing', async () => {
    await using system = await world().open();
    await expect(system.list({ where: { colour: 'red' } })).rejects.toThrow(TypeError);
    await expect(system.list({ machine: 'note', where: { total: 1 } })).rejects.toThrow(TypeError);
    await expect(system.list({ where: { total: {} } })).rejects.toThrow(TypeError);
    await expect(system.list({ where: { total: { above: 1 } as never } })).rejects.toThrow(TypeError);
    await expect(system.list({ where: { total: Number.NaN } })).rejects.toMatchObject({ code: 'NOT_STORABLE' });
    expect(await system.list({ where: { total: '5' } })).toEqual([]);
  });
});

test('[R263] a value of another type is an error of its instance', async () => {
  await using system = await world().open();
  const one = await system.start('order', { id: '1', input: { customer: 'x', total: 1, isGift: false } });
  await expect(one.send({ type: 'SPOIL' })).rejects.toMatchObject({ code: 'NOT_STORABLE' });
  await expect.poll(async () => ids(await system.list({ status: 'quarantined' }))).toEqual(['1']);
  expect(ids(await system.list({ where: { customer: 'x' } }))).toEqual(['1']);
  const spoiled = { customer: {} as string, total: 1, isGift: false };
  await expect(system.start('order', { id: '2', input: spoiled })).rejects.toMatchObject({ code: 'NOT_STORABLE' });
  expect(ids(await system.list())).toEqual(['1']);
});

test('[R263] a changed declaration is read for the instances that exist when the store is opened', async () => {
  const { open, clock, rows } = world();
  const first = await open({ search: {} });
  for (let at = 0; at < 3; at++)
    await first.start('order', { id: `i${at}`, input: { customer: 'x', total: at, isGift: false } });
  clock.advance(1_000);
  await first.close();
  const second = await open();
  expect(ids(await second.list({ where: { total: { gte: 1 } } }))).toEqual(['i1', 'i2']);
  await second.close();
  const doubled = { order: { total: ({ context }: { context: Order }) => 2 * context.total } };
  const third = await open({ search: doubled });
  expect(ids(await third.list({ where: { total: 4 } }))).toEqual(['i2']);
  await third.close();
  expect((await rows.rows('X/')).filter(([at]) => at.includes('customer'))).toEqual([]);
  const { store, count } = counted(await rows.open());
  await using fourth = await open({ store, search: doubled });
  expect(count()).toBeLessThan(40);
  expect(ids(await fourth.list({ where: { total: 2 } }))).toEqual(['i1']);
});

test('[R263] the index agrees with the rows after random changes', async () => {
  const random = seededRandom(testSeed('search index'));
  const { open, clock, rows } = world();
  let system = await open();
  const expected = new Map<string, number>();
  for (let step = 0; step < 300; step++) {
    const id = `i${Math.floor(random() * 20)}`;
    const total = Math.floor(random() * 7);
    if (!expected.has(id)) await system.start('order', { id, input: { customer: `c${total}`, total, isGift: true } });
    else await system.get('order', id).send({ type: 'SET', total });
    expected.set(id, total);
    if (random() < 0.1) clock.advance(1_000);
    if (random() < 0.05) {
      await system.close();
      system = await open();
    }
  }
  for (let total = 0; total < 7; total++) {
    const wanted = [...expected].filter(([, value]) => value === total).map(([id]) => id);
    expect(ids(await system.list({ where: { total } }))).toEqual(wanted.sort());
  }
  await system.close();
  const totals = (await rows.rows('X/order/%40total/')).length;
  expect(totals).toBe(expected.size);
});

test('[R263] encoded values sort as the values', () => {
  const numbers = [Number.NEGATIVE_INFINITY, -1e9, -2.5, -1, 0, 1e-9, 1, 2, 10, 1e9, Number.POSITIVE_INFINITY];
  const keys = numbers.map(encodeSearchValue);
  expect([...keys].sort()).toEqual(keys);
  expect(encodeSearchValue(-0)).toBe(encodeSearchValue(0));
  const texts = ['', ' ', ' a', '!', 'A', 'a', 'a ', 'a b', 'a!', 'aa', 'é', '\u{1f600}'];
  const encoded = texts.map(text => Buffer.from(`${encodeSearchValue(text)} id`));
  expect([...encoded].sort(Buffer.compare)).toEqual(encoded);
});

test.each([
  ['a', 1],
  [true, 1],
  [{ date: 1 }, 1],
])('%j and %j are of two types and have no order', (a, b) => {
  expect(compareValues(a, b)).toBeUndefined();
});
