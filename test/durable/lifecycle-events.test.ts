import { describe, expect, test } from 'vitest';
import { fromPromise, setup } from 'xstate';
import type { DurableSystem } from '../../src/durable/api.ts';
import { chartOf } from '../../src/durable/chart.ts';
import type { ActorLifecycleEvent } from '../../src/durable/lifecycle-events.ts';
import type { Store } from '../../src/ports/store.ts';
import { crashableStore, createShopMachine, openShop, sendToCounter } from './shop-machine.ts';

async function watched(more: object = {}) {
  const rows = crashableStore();
  const open = async () =>
    (await openShop(createShopMachine(), { store: await rows.open(), ...more })) as unknown as DurableSystem;
  const system = await open();
  await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
  return { system };
}

/** What a new listener hears until the system has been on disk. */
async function look(system: DurableSystem) {
  const batches: (readonly ActorLifecycleEvent[])[] = [];
  const stop = system.subscribeToActors(sightings => batches.push(sightings));
  await system.barrier();
  return { batches, stop, types: () => batches.flat().map(({ type }) => type) };
}

describe('a listener', () => {
  test('first gets the charts and the existing actors, with their states', async () => {
    const { system } = await watched();
    const { batches } = await look(system);
    expect(batches).toHaveLength(1);
    const [sightings = []] = batches;
    expect(sightings.map(({ type }) => type)).toEqual(['chart', 'chart', 'started', 'started']);
    expect(sightings[1]).toMatchObject({ definition: { id: 'counter', version: '1', root: { type: 'compound' } } });
    expect(sightings[2]).toMatchObject({ id: 'root', parent: null, src: null, systemId: 'root', chart: 1 });
    expect(sightings[3]).toMatchObject({ id: 'a', src: 'counter', chart: 2, state: { context: { total: 0 } } });
    await system.close();
  });

  test('then gets received events and the resulting states, after they are on disk and before stopped actors', async () => {
    const { system } = await watched();
    const { batches } = await look(system);
    sendToCounter(system, 'a', { type: 'ADD', amount: 2 });
    sendToCounter(system, 'a', { type: 'ADD', amount: 3 });
    expect(batches).toHaveLength(1);
    await system.barrier();
    expect(batches).toHaveLength(2);
    const [, turn = []] = batches;
    expect(turn.map(({ type }) => type)).toEqual(['received', 'transitioned', 'received', 'transitioned']);
    expect(turn[0]).toMatchObject({ from: null, event: { type: 'ADD', amount: 2 } });
    expect(turn[1]).toMatchObject({ state: { context: { total: 2 } } });
    expect(turn[3]).toMatchObject({ state: { context: { total: 5 } } });
    await system.command('shut a', root => root.send({ type: 'SHUT', id: 'a' }));
    expect(batches.at(-1)?.at(-1)).toMatchObject({ type: 'stopped', uid: '00000002', why: 'ended' });
    await system.close();
  });

  test('gets started actors with their parents, and passivations and activations', async () => {
    const { system } = await watched();
    const { batches } = await look(system);
    await system.command('open b', root => root.send({ type: 'OPEN', id: 'b' }));
    const [, turn = []] = batches;
    expect(turn[0]).toMatchObject({ type: 'started', id: 'b', parent: '00000001' });
    const init = turn.find(sighting => sighting.type === 'received' && sighting.event.type === 'xstate.init');
    expect(init).toMatchObject({ from: '00000001' });
    await system.passivate('b');
    await system.barrier();
    expect(batches.flat().at(-1)).toMatchObject({ type: 'stopped', why: 'passivated' });
    await system.activate('b');
    await system.barrier();
    expect(batches.flat().filter(sighting => sighting.type === 'started' && sighting.id === 'b')).toHaveLength(2);
    await system.close();
  });

  test('that subscribes later gets the current state and no earlier events; one that unsubscribed gets no more', async () => {
    const { system } = await watched();
    const early = await look(system);
    sendToCounter(system, 'a', { type: 'ADD', amount: 4 });
    const late = await look(system);
    expect(late.types()).toEqual(['chart', 'chart', 'started', 'started']);
    expect(late.batches[0]?.[3]).toMatchObject({ state: { context: { total: 4 } } });
    early.stop();
    const batchCount = early.batches.length;
    sendToCounter(system, 'a', { type: 'ADD', amount: 1 });
    await system.barrier();
    expect(early.batches).toHaveLength(batchCount);
    expect(late.batches).toHaveLength(2);
    late.stop();
    sendToCounter(system, 'a', { type: 'ADD', amount: 1 });
    await system.barrier();
    await system.close();
    expect(late.batches).toHaveLength(2);
  });

  test('gets nothing that was never on disk', async () => {
    let full = false;
    const inner = await crashableStore().open();
    const store: Store = {
      ...inner,
      batch: operations => (full ? Promise.reject(new Error('the disk is full')) : inner.batch(operations)),
    };
    const system = (await openShop(createShopMachine(), { store })) as unknown as DurableSystem;
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    const { batches } = await look(system);
    full = true;
    sendToCounter(system, 'a', { type: 'ADD', amount: 7 });
    await expect(system.barrier()).rejects.toThrow('the disk is full');
    expect(batches).toHaveLength(1);
    await system.close();
  });

  test('that throws does not affect the others', async () => {
    const errors: unknown[] = [];
    const { system } = await watched({ onListenerError: (error: unknown) => errors.push(error) });
    system.subscribeToActors(() => {
      throw new Error('clumsy');
    });
    const { batches } = await look(system);
    expect(batches).toHaveLength(1);
    expect(errors).toEqual([new Error('clumsy')]);
    await system.close();
  });
});

describe('a chart', () => {
  test('names its guards, actions, targets and invoked logic, in whatever form they are given', () => {
    const machine = setup({
      actors: { load: fromPromise(async () => 1) },
      guards: { ready: () => true },
      actions: { note: () => {} },
    }).createMachine({
      id: 'm',
      initial: 'idle',
      states: {
        idle: {
          tags: 'calm',
          entry: 'note',
          on: {
            GO: { target: 'busy', guard: { type: 'ready' }, actions: { type: 'note' } },
            HOP: {
              guard: function isOdd() {
                return true;
              },
              actions: () => {},
            },
          },
        },
        busy: {
          always: { target: 'done', guard: 'ready' },
          invoke: [{ src: 'load' }, { src: fromPromise(async () => 2) }],
        },
        done: { type: 'final' },
      },
    });
    const chart = chartOf(machine);
    expect(chart).toMatchObject({ id: 'm', version: null, root: { initial: ['m.idle'], type: 'compound' } });
    const [idle, busy, done] = chart?.root.states ?? [];
    expect(idle).toMatchObject({ tags: ['calm'], entry: ['note'], exit: [] });
    expect(idle?.transitions).toEqual([
      { event: 'GO', targets: ['m.busy'], guard: 'ready', actions: ['note'] },
      { event: 'HOP', targets: [], guard: 'isOdd', actions: ['actions'] },
    ]);
    expect(busy).toMatchObject({ invokes: ['load', expect.any(String)] });
    expect(busy?.transitions).toEqual([{ event: '', targets: ['m.done'], guard: 'ready', actions: [] }]);
    expect(done).toMatchObject({ type: 'final', states: [] });
    expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
  });

  test('exists for machines only', () => {
    expect(chartOf(fromPromise(async () => 1))).toBeNull();
  });
});
