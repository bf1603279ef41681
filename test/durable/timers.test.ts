import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import { manualClock } from '../../src/adapters/manual-clock.ts';
import type { DurableSystem } from '../../src/durable/api.ts';
import { openDurable } from '../../src/durable/system.ts';
import { counter, crashableStore, openShop, shopOf, tell } from './shop.ts';

const total = (system: DurableSystem, id = 'a') => counter(system, id).context.total;

async function world() {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const open = async () => (await openShop(shopOf(), { store: await rows.open(), clock })) as unknown as DurableSystem;
  const system = await open();
  await system.command('open', root => {
    root.send({ type: 'OPEN', id: 'a' });
    root.send({ type: 'OPEN', id: 'b' });
  });
  return { rows, clock, open, system };
}

describe('a delayed event', () => {
  test('is stored with its deadline and arrives at it', async () => {
    const { rows, clock, system } = await world();
    tell(system, 'a', { type: 'LATER', delayMs: 500, id: 'soon' });
    await system.barrier();
    expect(await rows.rows('t/')).toEqual([['t/00000002/soon', { due: 1_500, event: { type: 'ADD', amount: 1 } }]]);
    clock.advance(499);
    expect(total(system)).toBe(0);
    clock.advance(1);
    expect(total(system)).toBe(1);
    await system.barrier();
    expect(await rows.rows('t/')).toEqual([]);
    await system.close();
  });

  test('survives a crash with the deadline it had', async () => {
    const { clock, open, system } = await world();
    tell(system, 'a', { type: 'LATER', delayMs: 500 });
    await system.barrier();
    clock.advance(300);
    const again = await open();
    expect(again.stats()).toMatchObject({ timers: 1, restored: { timers: 1 } });
    clock.advance(199);
    expect(total(again)).toBe(0);
    clock.advance(1);
    expect(total(again)).toBe(1);
    await again.close();
  });

  test('that came due while nobody was there arrives after opening, in the order of deadlines', async () => {
    const { clock, open, system } = await world();
    tell(system, 'a', { type: 'LATER_TO', target: 'b', delayMs: 600 });
    tell(system, 'a', { type: 'LATER', delayMs: 500 });
    await system.close();
    clock.advance(10_000);
    const again = await open();
    expect([total(again), total(again, 'b')]).toEqual([0, 0]);
    clock.advance(0);
    expect([total(again), total(again, 'b')]).toEqual([1, 10]);
    await again.close();
  });

  test('set again under its id replaces the one before', async () => {
    const { rows, clock, system } = await world();
    tell(system, 'a', { type: 'LATER', delayMs: 100, id: 'x' });
    tell(system, 'a', { type: 'LATER', delayMs: 300, id: 'x' });
    await system.barrier();
    expect((await rows.rows('t/')).map(([, row]) => (row as { due: number }).due)).toEqual([1_300]);
    clock.advance(200);
    expect(total(system)).toBe(0);
    clock.advance(100);
    expect(total(system)).toBe(1);
    await system.close();
  });

  test('to an actor that is gone after a restart is dropped', async () => {
    const { rows, open, system } = await world();
    tell(system, 'a', { type: 'LATER_TO', target: 'b', delayMs: 600 });
    await system.command('shut', root => root.send({ type: 'SHUT', id: 'b' }));
    await system.close();
    const again = await open();
    expect(again.stats().timers).toBe(0);
    expect(await rows.rows('t/')).toEqual([]);
    await again.close();
  });

  test('to an actor that left meanwhile does nothing', async () => {
    const { clock, system } = await world();
    tell(system, 'a', { type: 'LATER_TO', target: 'b', delayMs: 600 });
    await system.command('shut', root => root.send({ type: 'SHUT', id: 'b' }));
    clock.advance(600);
    expect(total(system)).toBe(0);
    await system.close();
  });

  test('does not arrive after closing', async () => {
    const { clock, system } = await world();
    tell(system, 'a', { type: 'LATER', delayMs: 500 });
    await system.close();
    clock.advance(1_000);
    expect(system.stats().timers).toBe(0);
  });
});

describe('`after`', () => {
  const machine = setup({ types: {} as { events: { type: 'LEAVE' } } }).createMachine({
    id: 'oven',
    initial: 'cold',
    states: {
      cold: { after: { 2592000000: 'done' }, on: { LEAVE: 'left' } },
      left: {},
      done: {},
    },
  });

  test('of thirty days works across a restart, once', async () => {
    const rows = crashableStore();
    const clock = manualClock();
    const first = await openDurable({ store: await rows.open(), machine, clock });
    expect(first.root.getSnapshot().value).toBe('cold');
    clock.advance(2_591_999_999);
    const second = await openDurable({ store: await rows.open(), machine, clock });
    expect(second.stats().timers).toBe(1);
    clock.advance(1);
    expect(second.root.getSnapshot().value).toBe('done');
    await second.close();
  });

  test('is forgotten when its state is left', async () => {
    const rows = crashableStore();
    const system = await openDurable({ store: await rows.open(), machine, clock: manualClock() });
    system.root.send({ type: 'LEAVE' });
    await system.barrier();
    expect([system.stats().timers, await rows.rows('t/')]).toEqual([0, []]);
    await system.close();
  });
});
