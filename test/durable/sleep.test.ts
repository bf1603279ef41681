/** Instances that leave the memory and come back: by a call, by a timer, and when the store is opened. */
import { describe, expect, test } from 'vitest';
import { assign, fromCallback, raise, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { effect, type InstanceInfo, openDurable } from '../../src/durable.ts';
import type { Store } from '../../src/ports/store.ts';
import { crashableStore } from './shop-machine.ts';

const hour = 3_600_000;
let release = () => {};
const started: string[] = [];
let listening = 0;

const cart = setup({
  types: {} as {
    context: { items: string[] };
    events: { type: 'ADD'; item: string } | { type: 'REMIND' | 'WORK' | 'LISTEN' | 'SILENCE' | 'BREAK' | 'PAUSE' };
  },
  actors: {
    work: effect<undefined, string>(async ({ key }) => {
      started.push(key);
      await new Promise<void>(resolve => {
        release = resolve;
      });
      return key;
    }),
    listen: fromCallback(() => {
      listening++;
      return () => {
        listening--;
      };
    }),
  },
  actions: {
    break: () => {
      throw new Error('broken');
    },
  },
}).createMachine({
  id: 'cart',
  context: { items: [] },
  initial: 'idle',
  on: {
    ADD: { actions: assign({ items: ({ context, event }) => [...context.items, event.item] }) },
    REMIND: { actions: raise({ type: 'ADD', item: 'reminder' }, { delay: hour, id: 'reminder' }) },
    PAUSE: { actions: raise({ type: 'ADD', item: 'worked' }, { delay: hour, id: 'timer/work' }) },
    BREAK: { actions: 'break' },
  },
  states: {
    idle: { on: { WORK: 'working', LISTEN: 'listening' } },
    working: { invoke: { src: 'work', onDone: 'idle' } },
    listening: { invoke: { src: 'listen' }, on: { SILENCE: 'idle' } },
  },
});

const machines = { cart };

/** Counts what is read of the instances' own rows. */
function watched(store: Store) {
  const read: string[] = [];
  const entries: Store['entries'] = (prefix, options) => {
    read.push(prefix);
    return store.entries(prefix, options);
  };
  return { store: { ...store, entries }, ownRows: () => read.filter(prefix => prefix.startsWith('V/')).length };
}

function world() {
  started.length = 0;
  listening = 0;
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const open = async (more: object = {}) =>
    openDurable({ store: await rows.open(), machines, clock, sleepAfterMs: 1_000, ...more });
  return { rows, clock, open };
}

type System = Awaited<ReturnType<ReturnType<typeof world>['open']>>;

const itemsOf = (system: System, id: string) => system.get('cart', id).query(({ context }) => context.items);
const ids = (infos: InstanceInfo[]) => infos.map(({ id }) => id);

describe('[R253] an instance that sleeps', () => {
  test('is woken by an event, a command and a query, with its state and its keys', async () => {
    const { open, clock } = world();
    await using system = await open();
    const one = await system.start('cart', { id: '1' });
    await one.send({ type: 'ADD', item: 'tea' });
    expect(system.health().instances).toMatchObject({ awake: 1, asleep: 0 });
    clock.advance(1_000);
    expect(system.health().instances).toMatchObject({ awake: 0, asleep: 1 });
    await one.send({ type: 'ADD', item: 'milk' });
    clock.advance(1_000);
    expect(await one.command('k', { type: 'ADD', item: 'jam' })).toEqual({ duplicate: false });
    clock.advance(1_000);
    expect(await one.command('k', { type: 'ADD', item: 'jam' })).toEqual({ duplicate: true });
    clock.advance(1_000);
    expect(system.health().instances).toMatchObject({ awake: 0, asleep: 1 });
    expect(await itemsOf(system, '1')).toEqual(['tea', 'milk', 'jam']);
  });

  test('gets the events that are sent at once in their order', async () => {
    const { open, clock } = world();
    await using system = await open();
    const one = await system.start('cart', { id: '1' });
    clock.advance(1_000);
    await Promise.all(['a', 'b', 'c'].map(item => one.send({ type: 'ADD', item })));
    expect(await itemsOf(system, '1')).toEqual(['a', 'b', 'c']);
  });

  test('stays awake for its caller when more are called at once than have a place in memory', async () => {
    const rows = crashableStore();
    const ids = Array.from({ length: 40 }, (_, at) => `${at}`);
    const clock = manualClock(1_000);
    const options = { machines, clock, maxAwake: 2, sleepAfterMs: hour };
    await using first = await openDurable({ ...options, store: await rows.open() });
    for (const id of ids) await first.start('cart', { id });
    const sent = ids.map(id => first.get('cart', id).send({ type: 'ADD', item: id }));
    const commands = ids.map(id => first.get('cart', id).command('again', { type: 'ADD', item: 'more' }));
    const queries = ids.map(id => first.get('cart', id).query(({ context }) => context.items));
    expect(await Promise.allSettled([...sent, ...commands])).not.toContainEqual(
      expect.objectContaining({ status: 'rejected' }),
    );
    expect(await Promise.all(queries)).toHaveLength(ids.length);
    for (const id of ids) {
      expect(await first.get('cart', id).query(({ context }) => context.items)).toEqual([id, 'more']);
    }
  });

  test('is woken by its timer, also one that came due while the store was closed', async () => {
    const { open, clock } = world();
    const system = await open();
    for (const id of ['1', '2', '3']) await system.start('cart', { id });
    await system.get('cart', '1').send({ type: 'REMIND' });
    clock.advance(2_000);
    await system.get('cart', '2').send({ type: 'REMIND' });
    clock.advance(1_000);
    expect(system.health().instances.awake).toBe(0);
    // The first reminder is due, and not the second.
    clock.advance(hour - 3_000);
    await expect.poll(() => system.health().instances.awake).toBe(1);
    clock.advance(0);
    expect(await itemsOf(system, '1')).toEqual(['reminder']);
    await system.close();
    clock.advance(hour);

    await using again = await open();
    expect(again.health().instances.awake).toBe(1);
    clock.advance(0);
    expect(await itemsOf(again, '2')).toEqual(['reminder']);
    expect(await itemsOf(again, '3')).toEqual([]);
  });

  test('can be stopped, is listed, and is not opened with the store', async () => {
    const { open, clock, rows } = world();
    const system = await open();
    for (const id of ['1', '2', '3', '4']) await system.start('cart', { id });
    await system.get('cart', '3').send({ type: 'REMIND' });
    clock.advance(1_000);
    await system.get('cart', '2').stop();
    expect(ids(await system.list({ status: 'running' }))).toEqual(['1', '3', '4']);
    expect((await system.get('cart', '2').info()).status).toBe('stopped');
    await system.close();
    const { store, ownRows } = watched(await rows.open());
    await using again = await open({ store });
    expect(ownRows()).toBe(0);
    expect(again.health().instances).toMatchObject({ awake: 0, asleep: 3, stopped: 1 });
    await again.get('cart', '4').send({ type: 'ADD', item: 'tea' });
    expect(ownRows()).toBe(1);
  });

  test('and whose event throws is quarantined like any other', async () => {
    const { open, clock } = world();
    await using system = await open();
    const one = await system.start('cart', { id: '1' });
    clock.advance(1_000);
    await expect(one.send({ type: 'BREAK' })).rejects.toThrow('broken');
    await expect.poll(async () => ids(await system.list({ status: 'quarantined' }))).toEqual(['1']);
    await one.send({ type: 'ADD', item: 'late' });
    await one.resume();
    clock.advance(1_000);
    expect(await itemsOf(system, '1')).toEqual(['late']);
  });
});

describe('[R253] an instance stays in memory', () => {
  test('while its effect runs, which starts again when the store is opened', async () => {
    const { open, clock } = world();
    const system = await open();
    await (await system.start('cart', { id: '1' })).send({ type: 'WORK' });
    await expect.poll(() => started.length).toBe(1);
    clock.advance(10_000);
    expect(system.health().instances.awake).toBe(1);
    await system.close();
    await using again = await open();
    await expect.poll(() => started.length).toBe(2);
    expect(started[0]).toBe(started[1]);
    const idle = again.get('cart', '1').waitFor(state => state.matches('idle'));
    release();
    await idle;
    clock.advance(10_000);
    await expect.poll(() => again.health().instances.awake).toBe(0);
  });

  test('while an actor that is not durable runs in it', async () => {
    const { open, clock } = world();
    await using system = await open();
    const one = await system.start('cart', { id: '1' });
    await one.send({ type: 'LISTEN' });
    clock.advance(10_000);
    expect(system.health().instances.awake).toBe(1);
    expect(listening).toBe(1);
    await one.send({ type: 'SILENCE' });
    clock.advance(10_000);
    expect(system.health().instances.awake).toBe(0);
  });

  test('while a caller waits for it, and while it measures working time', async () => {
    const { open, clock } = world();
    await using system = await open();
    const one = await system.start('cart', { id: '1' });
    const reached = one.waitFor(({ context }) => context.items.length === 1);
    clock.advance(10_000);
    expect(system.health().instances.awake).toBe(1);
    await one.send({ type: 'ADD', item: 'tea' });
    await reached;
    await one.send({ type: 'PAUSE' });
    clock.advance(10_000);
    expect(system.health().instances.awake).toBe(1);
  });

  test('unless more than maxAwake are there: then the one that was used longest ago leaves', async () => {
    const { open, clock } = world();
    await using system = await open({ sleepAfterMs: Number.POSITIVE_INFINITY, maxAwake: 2 });
    const [one, two] = [await system.start('cart', { id: '1' }), await system.start('cart', { id: '2' })];
    await one.send({ type: 'WORK' });
    clock.advance(100_000);
    await two.send({ type: 'ADD', item: 'tea' });
    await system.start('cart', { id: '3' });
    expect(system.health().instances).toMatchObject({ awake: 2, asleep: 1 });
    await one.query(() => 1);
    expect(started).toHaveLength(1);
    expect(await itemsOf(system, '2')).toEqual(['tea']);
  });

  test('and the policy must be one', async () => {
    const { open } = world();
    for (const wrong of [{ sleepAfterMs: 0 }, { sleepAfterMs: Number.NaN }, { maxAwake: 0 }])
      await expect(open(wrong)).rejects.toThrow(TypeError);
  });
});

test('[R253] what a crash left of an instance that was done is deleted at the next opening', async () => {
  const { open, rows } = world();
  const system = await open();
  await system.start('cart', { id: '1' });
  const store = await rows.open();
  const row = (await store.get('I/cart/1')) as { uid: string };
  // The batch of its final state without the next one, which deletes its rows.
  await store.batch([
    { type: 'put', key: 'I/cart/1', value: { ...row, status: 'done', endedAt: 5, wakeAt: 0 } },
    { type: 'put', key: `T/000000000/${row.uid}`, value: ['cart', '1'] },
  ]);
  await using again = await open();
  expect(await rows.rows('V/')).toEqual([]);
  expect(await rows.rows('T/')).toEqual([]);
  expect((await again.get('cart', '1').info()).status).toBe('done');
});
