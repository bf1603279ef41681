import { describe, expect, test } from 'vitest';
import { assign, fromPromise, raise, sendTo, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { type DurableInstances, effect, type MachineMap, openDurable } from '../../src/durable.ts';
import { crashableStore } from './shop-machine.ts';

let isFixed = false;
const breakUnlessFixed = () => {
  if (!isFixed) throw new Error('broken');
};

type OrderEvent =
  | { type: 'PAY' | 'SHIP' | 'THROW' | 'GUARD' | 'REJECT' | 'LOST' | 'LOOP' | 'STORE' | 'LATER' }
  | { type: 'ADD'; item: string };

const order = setup({
  types: {} as {
    context: { items: unknown[] };
    events: OrderEvent;
    input: { item: string } | undefined;
    output: unknown;
    tags: 'open';
  },
  actors: { reject: fromPromise<void>(async () => breakUnlessFixed()) },
  actions: {
    break: breakUnlessFixed,
    add: assign({ items: ({ context, event }) => [...context.items, event.type === 'ADD' ? event.item : event.type] }),
  },
  guards: {
    breaks: () => {
      breakUnlessFixed();
      return true;
    },
  },
}).createMachine({
  id: 'order',
  context: ({ input }) => ({ items: input === undefined ? [] : [input.item] }),
  initial: 'cart',
  output: ({ context }: { context: { items: unknown[] } }) => context.items,
  on: {
    ADD: { actions: 'add' },
    THROW: { actions: ['add', 'break'] },
    GUARD: { guard: 'breaks', actions: 'add' },
    LOST: { actions: [sendTo('absent', { type: 'HELLO' })] },
    LOOP: { actions: raise({ type: 'LOOP' }) },
    STORE: { actions: assign({ items: () => [() => 1] }) },
    LATER: { actions: raise({ type: 'THROW' }, { delay: 1_000 }) },
    REJECT: '.rejecting',
  },
  states: {
    cart: { tags: 'open', on: { PAY: 'paid' } },
    paid: { on: { SHIP: 'shipped' } },
    rejecting: { invoke: { src: 'reject', onDone: 'paid' } },
    shipped: { type: 'final' },
  },
});

const keyed = setup({
  types: {} as { context: { key: string } },
  actors: { report: effect<undefined, string>(async ({ key }) => key) },
}).createMachine({
  id: 'keyed',
  context: { key: '' },
  initial: 'asking',
  states: {
    asking: {
      invoke: { src: 'report', onDone: { target: 'reported', actions: assign({ key: ({ event }) => event.output }) } },
    },
    reported: {},
  },
});

const machines = { order, keyed };

function world() {
  isFixed = false;
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const open = async (more: object = {}) => openDurable({ store: await rows.open(), machines, clock, ...more });
  return { rows, clock, open };
}

const itemsOf = (system: DurableInstances<typeof machines>, id: string) =>
  system.get('order', id).query(({ context }) => context.items);

describe('[R250] instances', () => {
  test('start under an id once, handle events, and are found again after a restart', async () => {
    const { open } = world();
    const first = await open();
    const one = await first.start('order', { id: 'a/1', input: { item: 'tea' } });
    await first.start('order', { id: 'a/1', input: { item: 'other' } });
    await first.start('order', { id: 'b' });
    await one.send({ type: 'ADD', item: 'milk' });
    expect(await one.command('k', { type: 'PAY' })).toEqual({ duplicate: false });
    await first.close();

    await using second = await open();
    expect(await itemsOf(second, 'a/1')).toEqual(['tea', 'milk']);
    expect(await second.get('order', 'a/1').command('k', { type: 'PAY' })).toEqual({ duplicate: true });
    expect((await second.list({ state: 'paid' })).map(({ id }) => id)).toEqual(['a/1']);
    expect((await second.list({ tag: 'open' })).map(({ id }) => id)).toEqual(['b']);
    const [page] = await second.list({ machine: 'order', limit: 1 });
    expect((await second.list({ machine: 'order', ...(page && { after: page }) })).map(({ id }) => id)).toEqual(['b']);
  });

  test('are waited for, give a result, are stopped, and are kept as declared [R264]', async () => {
    const { open, clock } = world();
    const system = await open({ keepFinished: { count: 2 } });
    const one = await system.start('order', { id: '1', input: { item: 'tea' } });
    const result = one.result();
    const paid = one.waitFor(snapshot => snapshot.matches('paid'));
    await one.send({ type: 'PAY' });
    expect((await paid).value).toBe('paid');
    await one.send({ type: 'SHIP' });
    expect(await result).toEqual(['tea']);
    await expect.poll(() => system.list({ status: 'done' })).toHaveLength(1);
    await system.close();

    await using again = await open({ keepFinished: { count: 2 } });
    expect(await again.get('order', '1').result()).toEqual(['tea']);
    await expect(again.get('order', '1').send({ type: 'PAY' })).rejects.toMatchObject({ code: 'INSTANCE_ENDED' });
    await expect(again.get('order', 'none').info()).rejects.toMatchObject({ code: 'UNKNOWN_ACTOR' });
    for (const id of ['2', '3']) {
      clock.advance(1);
      await (await again.start('order', { id })).stop();
    }
    await expect(again.get('order', '3').result()).rejects.toMatchObject({ code: 'INSTANCE_ENDED' });
    expect((await again.list()).map(({ id, status }) => `${id} ${status}`)).toEqual(['2 stopped', '3 stopped']);
  });

  test('go back to a snapshot, and give each effect a key of its own', async () => {
    await using system = await world().open();
    const one = await system.start('order', { id: '1' });
    const snapshot = await one.snapshot();
    await one.send({ type: 'ADD', item: 'tea' });
    await one.restore(snapshot);
    expect(await itemsOf(system, '1')).toEqual([]);
    const keys = await Promise.all(
      ['a', 'b'].map(async id => {
        const instance = await system.start('keyed', { id });
        return (await instance.waitFor(state => state.matches('reported'))).context.key;
      }),
    );
    expect(new Set(keys).size).toBe(2);
  });

  test('have a store of their own kind', async () => {
    const { open, rows, clock } = world();
    await (await open()).close();
    const single = openDurable({ store: await rows.open(), machine: order, clock });
    await expect(single).rejects.toMatchObject({
      code: 'STORE_FORMAT',
      message: 'The store has many instances: open it with `machines`, and not with `machine`.',
    });
    const other = crashableStore();
    await (await openDurable({ store: await other.open(), machine: order, clock })).close();
    await expect(openDurable({ store: await other.open(), machines, clock })).rejects.toMatchObject({
      code: 'STORE_FORMAT',
      message: 'The store has one root: open it with `machine`, and not with `machines`.',
    });
  });
});

const causes: [OrderEvent & { type: string }, string][] = [
  [{ type: 'THROW' }, 'INSTANCE_FAILED'],
  [{ type: 'GUARD' }, 'INSTANCE_FAILED'],
  [{ type: 'REJECT' }, 'INSTANCE_FAILED'],
  [{ type: 'LOST' }, 'INSTANCE_FAILED'],
  [{ type: 'LOOP' }, 'ENDLESS_LOOP'],
  [{ type: 'STORE' }, 'NOT_STORABLE'],
];

describe('[R251] an error in one instance', () => {
  test.each(causes)('%j quarantines it, and the other instances go on', async (event, code) => {
    const { open } = world();
    const system = await open();
    const bad = await system.start('order', { id: 'bad', input: { item: 'tea' } });
    const good = await system.start('order', { id: 'good' });
    const sent = bad.send(event).catch((error: unknown) => error);
    await good.send({ type: 'ADD', item: 'milk' });
    await sent;
    await expect.poll(() => system.list({ state: 'quarantined' })).toHaveLength(1);
    const [info] = await system.list({ state: 'quarantined' });
    expect(info).toMatchObject({ id: 'bad', error: { code } });
    await expect(bad.query(() => 1)).rejects.toMatchObject({ code });
    await bad.send({ type: 'ADD', item: 'late' });
    expect(await bad.command('k', { type: 'ADD', item: 'once' })).toEqual({ duplicate: false });
    expect(await bad.command('k', { type: 'ADD', item: 'once' })).toEqual({ duplicate: true });
    // A second system opens the same rows as a process would after the first one died: closing writes nothing.
    const second = await open();
    expect(await itemsOf(second, 'good')).toEqual(['milk']);
    expect(await second.list({ status: 'quarantined' })).toMatchObject([{ id: 'bad', error: { code } }]);
    isFixed = true;
    await second.get('order', 'bad').resume();
    expect(await itemsOf(second, 'bad')).toEqual(['tea', 'late', 'once']);
    expect(await second.list({ status: 'quarantined' })).toEqual([]);
    await second.close();
    await system.close();
    await using third = await open();
    expect(await itemsOf(third, 'bad')).toEqual(['tea', 'late', 'once']);
  });

  test('of a timer stops it again until it is discarded, and its id is free then', async () => {
    const { open, clock } = world();
    await using system = await open();
    const bad = await system.start('order', { id: 'bad' });
    await bad.send({ type: 'LATER' });
    clock.advance(1_000);
    await expect.poll(() => system.list({ status: 'quarantined' })).toHaveLength(1);
    await bad.discard();
    await expect(bad.info()).rejects.toMatchObject({ code: 'UNKNOWN_ACTOR' });
    await system.start('order', { id: 'bad' });
    expect(await itemsOf(system, 'bad')).toEqual([]);
  });

  test('at its start rejects, and leaves nothing', async () => {
    await using system = await world().open();
    const starting = system.start('order', { id: 'x', input: { item: (() => 1) as never } });
    await expect(starting).rejects.toMatchObject({ code: 'NOT_STORABLE' });
    expect(await system.list()).toEqual([]);
  });

  test('[R252] that opens it with another machine quarantines it, and opening the store goes on', async () => {
    const { open } = world();
    const system = await open();
    await system.start('order', { id: 'a' });
    await system.start('keyed', { id: 'b' });
    await system.close();
    const other = setup({}).createMachine({ id: 'order', initial: 'elsewhere', states: { elsewhere: {} } });
    const changed = { machines: { keyed, order: other } as MachineMap };
    for (const _ of [1, 2]) {
      const opened = await open(changed);
      await expect(opened.get('order', 'a').query(() => 1)).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
      expect(await opened.list({ status: 'quarantined' })).toMatchObject([
        { id: 'a', error: { code: 'RESTORE_FAILED' } },
      ]);
      expect(await opened.list({ status: 'running' })).toMatchObject([{ id: 'b' }]);
      await opened.close();
    }
    await using last = await open();
    await last.get('order', 'a').resume();
    expect(await itemsOf(last, 'a')).toEqual([]);
  });
});

test('[R250] a store that fails ends all instances and quarantines none; the last commits stay', async () => {
  const { open, rows } = world();
  const failing = await rows.open();
  let isFull = false;
  const batch = failing.batch.bind(failing);
  const store = {
    ...failing,
    batch: (operations: Parameters<typeof batch>[0]) =>
      isFull ? Promise.reject(new Error('the disk is full')) : batch(operations),
  };
  const fatal: unknown[] = [];
  const system = await open({ store, onFatal: (error: unknown) => fatal.push(error) });
  const all = await Promise.all(['a', 'b', 'c'].map(id => system.start('order', { id })));
  for (const instance of all) await instance.send({ type: 'ADD', item: 'tea' });
  const reached = all[0]?.waitFor(state => state.matches('paid'));
  isFull = true;
  const sends = await Promise.allSettled(all.map(instance => instance.send({ type: 'PAY' })));
  expect(sends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(reached).rejects.toThrow('the disk is full');
  expect(fatal).toMatchObject([{ message: expect.stringContaining('the disk is full') }]);
  await expect(system.start('order', { id: 'd' })).rejects.toThrow('the disk is full');
  await expect(system.list()).rejects.toThrow('the disk is full');
  await system.close();
  await using again = await open();
  const listed = await again.list();
  expect(listed.map(({ id, status, state }) => [id, status, state])).toEqual(
    ['a', 'b', 'c'].map(id => [id, 'running', 'cart']),
  );
  expect(await itemsOf(again, 'b')).toEqual(['tea']);
});

describe('[R252] an instance whose machine is not given', () => {
  const only = { machines: { keyed } as MachineMap };

  async function withoutOrders() {
    const { open, rows, clock } = world();
    const system = await open();
    await system.start('order', { id: 'a', input: { item: 'tea' } });
    await system.get('order', 'a').send({ type: 'LATER' });
    await system.start('order', { id: 'bad' });
    await system
      .get('order', 'bad')
      .send({ type: 'THROW' })
      .catch(() => {});
    await (await system.start('order', { id: 'gone' })).stop();
    await system.start('keyed', { id: 'b' });
    await system.close();
    return { open, rows, clock };
  }

  test('is kept and listed, takes no events, and goes on when the machine is back', async () => {
    const { open, rows, clock } = await withoutOrders();
    const before = await rows.rows('V/');
    const opened = await open(only);
    const unknown = await opened.list({ status: 'unknown-machine' });
    expect(unknown).toMatchObject([{ machine: 'order', id: 'a', state: 'cart', tags: ['open'] }]);
    expect(await opened.list({ state: 'unknown-machine' })).toEqual(unknown);
    expect((await opened.list({ status: 'running' })).map(({ id }) => id)).toEqual(['b']);
    const one = opened.get('order', 'a');
    for (const attempt of [one.send({ type: 'PAY' }), one.command('k', { type: 'PAY' }), one.resume(), one.stop()])
      await expect(attempt).rejects.toMatchObject({ code: 'UNKNOWN_ACTOR', where: 'order' });
    await expect(opened.start('order', { id: 'a' })).rejects.toMatchObject({ code: 'UNKNOWN_ACTOR' });
    await expect(opened.get('order', 'bad').resume()).rejects.toMatchObject({ code: 'UNKNOWN_ACTOR' });
    expect(await opened.get('order', 'bad').info()).toMatchObject({ error: { code: 'INSTANCE_FAILED' } });
    await opened.get('order', 'gone').stop();
    await opened.close();
    const ofOrders = (all: [string, unknown][]) => all.filter(([at]) => before.some(([old]) => old === at));
    expect(ofOrders(await rows.rows('V/'))).toHaveLength(before.length);
    await using last = await open();
    expect(await itemsOf(last, 'a')).toEqual(['tea']);
    clock.advance(1_000);
    await expect.poll(() => last.list({ status: 'quarantined' })).toHaveLength(2);
  });

  test('can be discarded with all its rows', async () => {
    const { open, rows } = await withoutOrders();
    const opened = await open(only);
    for (const id of ['a', 'bad']) await opened.get('order', id).discard();
    await opened.get('keyed', 'b').stop();
    expect(await rows.rows('V/')).toEqual([]);
    expect((await opened.list()).map(({ id, status }) => `${id} ${status}`)).toEqual(['b stopped', 'gone stopped']);
    await opened.close();
  });
});
