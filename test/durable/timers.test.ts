import { describe, expect, test } from 'vitest';
import { assign, cancel, emit, raise, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import type { DurableSystem } from '../../src/durable/api.ts';
import { openDurable } from '../../src/durable/system.ts';
import { counterSnapshot, crashableStore, createShopMachine, openShop, sendToCounter } from './shop-machine.ts';

const total = (system: DurableSystem, id = 'a') => counterSnapshot(system, id).context.total;

async function world() {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const open = async () =>
    (await openShop(createShopMachine(), { store: await rows.open(), clock })) as unknown as DurableSystem;
  const system = await open();
  await system.command('open', root => {
    root.send({ type: 'OPEN', id: 'a' });
    root.send({ type: 'OPEN', id: 'b' });
  });
  return { rows, clock, open, system };
}

describe('a delayed event', () => {
  test('is stored with its deadline and delivered then', async () => {
    const { rows, clock, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 500, id: 'soon' });
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

  test('survives a crash with its deadline', async () => {
    const { clock, open, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 500 });
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

  test('that came due while the system was closed is delivered after opening, in the order of deadlines', async () => {
    const { clock, open, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER_TO', target: 'b', delayMs: 600 });
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 500 });
    await system.close();
    clock.advance(10_000);
    const again = await open();
    expect([total(again), total(again, 'b')]).toEqual([0, 0]);
    clock.advance(0);
    expect([total(again), total(again, 'b')]).toEqual([1, 10]);
    await again.close();
  });

  test('set again under its id replaces the previous one', async () => {
    const { rows, clock, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 100, id: 'x' });
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 300, id: 'x' });
    await system.barrier();
    expect((await rows.rows('t/')).map(([, row]) => (row as { due: number }).due)).toEqual([1_300]);
    clock.advance(200);
    expect(total(system)).toBe(0);
    clock.advance(100);
    expect(total(system)).toBe(1);
    await system.close();
  });

  test('to an actor that does not exist after a restart is dropped', async () => {
    const { rows, open, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER_TO', target: 'b', delayMs: 600 });
    await system.command('shut', root => root.send({ type: 'SHUT', id: 'b' }));
    await system.close();
    const again = await open();
    expect(again.stats().timers).toBe(0);
    expect(await rows.rows('t/')).toEqual([]);
    await again.close();
  });

  test('to an actor that stopped meanwhile does nothing', async () => {
    const { clock, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER_TO', target: 'b', delayMs: 600 });
    await system.command('shut', root => root.send({ type: 'SHUT', id: 'b' }));
    clock.advance(600);
    expect(total(system)).toBe(0);
    await system.close();
  });

  test('is not delivered after closing', async () => {
    const { clock, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 500 });
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

  test('is removed when its state is left', async () => {
    const rows = crashableStore();
    const system = await openDurable({ store: await rows.open(), machine, clock: manualClock() });
    system.root.send({ type: 'LEAVE' });
    await system.barrier();
    expect([system.stats().timers, await rows.rows('t/')]).toEqual([0, []]);
    await system.close();
  });
});

describe('a pausable timer', () => {
  const machine = setup({
    types: {} as { context: { over: number }; events: { type: 'GO' | 'STOP' | 'OVER' | 'NOTE' } },
  }).createMachine({
    id: 'work',
    context: { over: 0 },
    on: {
      GO: { actions: raise({ type: 'OVER' }, { id: 'timer/limit', delay: 1_000 }) },
      STOP: { actions: cancel('timer/limit') },
      OVER: { actions: assign({ over: ({ context }) => context.over + 1 }) },
      NOTE: { actions: emit({ type: 'noted' }) },
    },
  });

  async function watch() {
    const rows = crashableStore();
    const clock = manualClock(10_000);
    let store = await rows.open();
    let system = await openDurable({ store, machine, clock });
    return {
      clock,
      crash: () => store.close(),
      rows: () => rows.rows('t/'),
      send: (...types: ('GO' | 'STOP' | 'NOTE')[]) =>
        system.command(`${types}@${clock.now()}`, root => {
          for (const type of types) root.send({ type });
        }),
      over: () => system.root.getSnapshot().context.over,
      commits: () => system.stats().commits,
      close: () => system.close(),
      again: async () => {
        store = await rows.open();
        system = await openDurable({ store, machine, clock });
      },
    };
  }

  test('counts only while it runs, and continues with its remaining time', async () => {
    const { clock, send, over, rows, close } = await watch();
    await send('GO');
    clock.advance(600);
    await send('STOP', 'STOP');
    expect(await rows()).toMatchObject([['t/00000001/timer/limit', { remainingMs: 400 }]]);
    clock.advance(1_000_000);
    await send('GO', 'GO');
    clock.advance(399);
    expect(over()).toBe(0);
    clock.advance(1);
    expect(over()).toBe(1);
    await close();
    expect(await rows()).toEqual([]);
  });

  test('that was never started cannot be stopped', async () => {
    const { send, rows, close } = await watch();
    await send('STOP');
    expect(await rows()).toEqual([]);
    await close();
  });

  test('does not count while the system is closed: after a crash it continues from the last commit', async () => {
    const { clock, send, over, commits, crash, again, close } = await watch();
    await send('GO');
    clock.advance(300);
    await send('NOTE');
    await crash();
    clock.advance(5_000);
    await again();
    // An opening with a commit of its own would never finish if each process ended at its first commit.
    expect(commits()).toBe(0);
    clock.advance(500);
    await crash();
    await again();
    clock.advance(699);
    expect(over()).toBe(0);
    clock.advance(1);
    expect(over()).toBe(1);
    await close();
  });

  test('that was paused when the system crashed is paused after it', async () => {
    const { clock, send, over, crash, again, close } = await watch();
    await send('GO');
    clock.advance(900);
    await send('STOP');
    await crash();
    await again();
    clock.advance(5_000);
    expect(over()).toBe(0);
    await send('GO');
    clock.advance(100);
    expect(over()).toBe(1);
    await close();
  });

  test('has run to the millisecond when the system is closed', async () => {
    const { clock, send, over, again, close } = await watch();
    await send('GO');
    clock.advance(800);
    await close();
    clock.advance(5_000);
    await again();
    clock.advance(199);
    expect(over()).toBe(0);
    clock.advance(1);
    expect(over()).toBe(1);
    await close();
  });
});
