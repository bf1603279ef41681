import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { openDurable as openWithSystemClock } from '../../src/durable.ts';
import type { Store } from '../../src/ports/store.ts';
import {
  counterSnapshot,
  crashableStore,
  createShopMachine,
  deferred,
  openShop,
  recordBatches,
  sendToCounter,
} from './shop-machine.ts';

describe('a durable system', () => {
  test('starts with its input and, opened again, continues where it was', async () => {
    const store = memoryStore();
    const first = await openShop(createShopMachine(), { store, input: { opened: 5 } });
    await first.command('open', root => root.send({ type: 'OPEN', id: 'a', start: 3 }));
    await first.command('add', () => sendToCounter(first, 'a', { type: 'ADD', amount: 4 }));
    await first.close();
    const second = await openShop(createShopMachine(), { store, input: { opened: 99 } });
    expect(second.root.getSnapshot().context).toEqual({ opened: 6 });
    expect(counterSnapshot(second, 'a').context.total).toBe(7);
    expect(second.stats().restored.actors).toBe(2);
    await second.close();
  });

  test('a crash loses nothing that was acknowledged', async () => {
    const rows = crashableStore();
    const first = await openShop(createShopMachine(), { store: await rows.open() });
    await first.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    await first.command('add', () => sendToCounter(first, 'a', { type: 'ADD', amount: 4 }));
    sendToCounter(first, 'a', { type: 'ADD', amount: 100 });
    const second = await openShop(createShopMachine(), { store: await rows.open() });
    expect(counterSnapshot(second, 'a').context.total).toBe(4);
    await second.close();
  });

  test('uses the system clock by default', async () => {
    const system = await openWithSystemClock({ store: memoryStore(), machine: createShopMachine(), input: {} });
    expect(system.root.getSnapshot().status).toBe('active');
    await system.close();
  });

  test('closing does not persist that actors were stopped, ends everything and can be repeated', async () => {
    const store = memoryStore();
    {
      await using first = await openShop(createShopMachine(), { store, input: {} });
      await first.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
      const closing = first.close();
      expect(first.close()).toBe(closing);
      await closing;
      expect(first.root.getSnapshot().status).toBe('stopped');
      await expect(first.command('late', () => {})).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
      await expect(first.barrier()).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
      await expect(first.passivate('a')).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
      await expect(first.activate('a')).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
    }
    const second = await openShop(createShopMachine(), { store });
    expect([second.root.getSnapshot().status, counterSnapshot(second, 'a').status]).toEqual(['active', 'active']);
    await second.close();
  });

  test('closing commits pending changes', async () => {
    const store = memoryStore();
    const first = await openShop(createShopMachine(), { store, input: {} });
    first.root.send({ type: 'OPEN', id: 'a' });
    await first.close();
    const second = await openShop(createShopMachine(), { store });
    expect(second.get('a').id).toBe('a');
    await second.close();
  });

  test('an open store that was passed in stays open', async () => {
    const store = await memoryStore()();
    const system = await openShop(createShopMachine(), { store, input: {} });
    await system.close();
    expect(await store.get('m/format')).toBe(1);
  });

  test('an unknown actor is named in the error', async () => {
    const system = await openShop(createShopMachine(), { store: memoryStore(), input: {} });
    expect(() => system.get('absent')).toThrow(expect.objectContaining({ code: 'UNKNOWN_ACTOR', where: 'absent' }));
    await system.close();
  });

  test('an inspector sees what XState does', async () => {
    const seen = new Set<string>();
    const system = await openShop(createShopMachine(), {
      store: memoryStore(),
      input: {},
      inspect: event => seen.add(event.type),
    });
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    await system.close();
    expect([...seen]).toEqual(expect.arrayContaining(['@xstate.actor', '@xstate.event', '@xstate.snapshot']));
  });
});

describe('the rows of a tick', () => {
  async function watched() {
    const { store, batches } = recordBatches(await memoryStore()());
    const system = await openShop(createShopMachine(), { store, input: {} });
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    await system.command('add', () => sendToCounter(system, 'a', { type: 'ADD', amount: 1 }));
    batches.length = 0;
    return { system, batches };
  }

  test('are one batch with the state of the changed actors, and the commit with the command', async () => {
    const { system, batches } = await watched();
    await system.command('both', root => {
      sendToCounter(system, 'a', { type: 'ADD', amount: 1 });
      root.send({ type: 'OPEN', id: 'b' });
    });
    expect(batches).toHaveLength(1);
    expect(batches[0]?.map(operation => `${operation.type} ${operation.key}`)).toEqual([
      'put a/00000002/now',
      'put a/00000001/now',
      'put a/00000003',
      'put m/c/4',
    ]);
    await system.close();
  });

  test('are none for an event that changed nothing', async () => {
    const { system, batches } = await watched();
    sendToCounter(system, 'a', { type: 'NOTHING' });
    await system.barrier();
    expect(batches).toEqual([]);
    await system.close();
  });

  test('are only what cannot be derived: at most 300 bytes for a transition', async () => {
    const store = await memoryStore()();
    const system = await openShop(createShopMachine(), { store, input: {} });
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    sendToCounter(system, 'a', { type: 'ADD', amount: 1 });
    await system.barrier();
    const before = system.stats().bytes;
    sendToCounter(system, 'a', { type: 'ADD', amount: 1 });
    await system.barrier();
    expect(await store.get('a/00000002/now')).toEqual({ value: 'idle', context: { total: 2, answers: [], notes: [] } });
    expect(system.stats().bytes - before).toBeLessThanOrEqual(300);
    await system.close();
  });

  test('erase an actor that stopped with its timers, in the batch in which its parent removed it', async () => {
    const { system, batches } = await watched();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 10, id: 'x' });
    await system.barrier();
    batches.length = 0;
    await system.command('shut', root => root.send({ type: 'SHUT', id: 'a' }));
    expect(batches[0]?.map(operation => `${operation.type} ${operation.key}`)).toEqual([
      'del t/00000002/x',
      'del a/00000002',
      'del a/00000002/now',
      'put a/00000001/now',
      'put m/c/5',
    ]);
    expect(system.stats()).toMatchObject({ actors: 1, timers: 0 });
    await system.close();
  });

  test('do not include an actor that started and stopped in one tick', async () => {
    const { system, batches } = await watched();
    await system.command('brief', root => {
      root.send({ type: 'OPEN', id: 'b' });
      sendToCounter(system, 'b', { type: 'LATER', delayMs: 10 });
      root.send({ type: 'SHUT', id: 'b' });
    });
    const keys = batches
      .flat()
      .filter(operation => operation.type === 'put')
      .map(operation => operation.key);
    expect(keys.filter(key => key.startsWith('a/'))).toEqual(['a/00000001/now']);
    await system.close();
    expect(system.stats().timers).toBe(0);
  });

  test('include a caller’s views of changed actors in the same batch', async () => {
    const { store, batches } = recordBatches(await memoryStore()());
    const system = await openShop(createShopMachine(), {
      store,
      input: {},
      deriveActorRows: ({ uid, id, src, snapshot }) => [
        { type: 'put', key: `view/${id}`, value: [uid, src, (snapshot as { status: string }).status] },
      ],
    });
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    const values = batches.at(-1)?.filter(operation => operation.key.startsWith('view/'));
    expect(values).toEqual([
      { type: 'put', key: 'view/root', value: ['00000001', null, 'active'] },
      { type: 'put', key: 'view/a', value: ['00000002', 'counter', 'active'] },
    ]);
    await system.close();
  });
});

describe('commands', () => {
  test('are applied once per key, across a crash', async () => {
    const rows = crashableStore();
    const first = await openShop(createShopMachine(), { store: await rows.open() });
    expect(await first.command('open', root => root.send({ type: 'OPEN', id: 'a' }))).toEqual({ duplicate: false });
    expect(await first.command('open', root => root.send({ type: 'OPEN', id: 'a' }))).toEqual({ duplicate: true });
    const second = await openShop(createShopMachine(), { store: await rows.open() });
    expect(await second.command('open', root => root.send({ type: 'OPEN', id: 'a' }))).toEqual({ duplicate: true });
    expect(second.root.getSnapshot().context.opened).toBe(1);
    await second.close();
  });

  test('sent twice concurrently are applied once, and the second waits for the first', async () => {
    const system = await openShop(createShopMachine(), { store: memoryStore(), input: {} });
    const answers = await Promise.all([
      system.command('open', root => root.send({ type: 'OPEN', id: 'a' })),
      system.command('open', root => root.send({ type: 'OPEN', id: 'b' })),
    ]);
    expect(answers).toEqual([{ duplicate: false }, { duplicate: true }]);
    expect(system.root.getSnapshot().context.opened).toBe(1);
    await system.close();
  });

  test('that throw are not recorded and may be sent again', async () => {
    const system = await openShop(createShopMachine(), { store: memoryStore(), input: {} });
    await expect(
      system.command('add', () => sendToCounter(system, 'a', { type: 'ADD', amount: 1 })),
    ).rejects.toMatchObject({
      code: 'UNKNOWN_ACTOR',
    });
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    expect(await system.command('add', () => sendToCounter(system, 'a', { type: 'ADD', amount: 1 }))).toEqual({
      duplicate: false,
    });
    await system.close();
  });
});

describe('failures', () => {
  test('a root that fails is never committed: commands reject, the last commit stays valid', async () => {
    const rows = crashableStore();
    const fatal: unknown[] = [];
    const store = await rows.open();
    const first = await openShop(createShopMachine(), { store, onFatal: error => fatal.push(error) });
    await first.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    const child = first.get('a');
    await expect(first.command('die', root => root.send({ type: 'DIE' }))).rejects.toMatchObject({
      code: 'ROOT_FAILED',
      message: 'the shop burnt down',
    });
    expect(fatal).toMatchObject([{ code: 'ROOT_FAILED' }]);
    expect(child.getSnapshot()).toMatchObject({ status: 'stopped' });
    await expect(first.barrier()).rejects.toMatchObject({ code: 'ROOT_FAILED' });
    await first.close();
    const second = await openShop(createShopMachine(), { store: await rows.open() });
    expect(second.root.getSnapshot()).toMatchObject({ status: 'active', context: { opened: 1 } });
    expect(await second.command('die', () => {})).toEqual({ duplicate: false });
    await second.close();
  });

  test('[R97] when the store rejects a batch nothing of it is acknowledged and everything ends', async () => {
    const inner = await memoryStore()();
    let refuse = false;
    const store: Store = {
      get: key => inner.get(key),
      entries: (prefix, options) => inner.entries(prefix, options),
      batch: operations => (refuse ? Promise.reject(new Error('disk full')) : inner.batch(operations)),
      close: () => inner.close(),
    };
    const fatal: unknown[] = [];
    const first = await openShop(createShopMachine(), { store, input: {}, onFatal: error => fatal.push(error) });
    await first.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    refuse = true;
    const outcomes = await Promise.allSettled([
      first.command('add', () => sendToCounter(first, 'a', { type: 'ADD', amount: 1 })),
      first.barrier(),
    ]);
    expect(outcomes.map(outcome => outcome.status)).toEqual(['rejected', 'rejected']);
    expect(fatal).toMatchObject([{ code: 'INTERNAL', message: 'disk full' }]);
    await first.close();
    refuse = false;
    const second = await openShop(createShopMachine(), { store });
    expect(counterSnapshot(second, 'a').context.total).toBe(0);
    await second.close();
  });

  test('report the actors that changed once they are on disk, in the state that was written', async () => {
    const { store, batches } = recordBatches(await memoryStore()());
    const reported: string[] = [];
    const system = await openShop(createShopMachine(), {
      store,
      input: {},
      onActorsChanged: actors =>
        reported.push(
          ...actors.map(({ id, snapshot }) => `${batches.length} ${id} ${(snapshot as { status: string }).status}`),
        ),
    });
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    expect(reported).toEqual([`1 root active`, `${batches.length} root active`, `${batches.length} a active`]);
    await system.command('throw', () => sendToCounter(system, 'a', { type: 'THROW' }));
    expect(reported.at(-1)).toBe(`${batches.length} a error`);
    await system.close();
  });

  test('views that throw end the system', async () => {
    const system = await openShop(createShopMachine(), {
      store: memoryStore(),
      input: {},
      deriveActorRows: ({ id }) => {
        if (id === 'a') throw new TypeError('no view of a');
        return [];
      },
    });
    await expect(system.command('open', root => root.send({ type: 'OPEN', id: 'a' }))).rejects.toMatchObject({
      message: 'no view of a',
    });
  });

  test('a failed child is handled by its supervisor, and its error is stored as plain data', async () => {
    const rows = crashableStore();
    const system = await openShop(createShopMachine(), { store: await rows.open() });
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    await system.command('throw', () => sendToCounter(system, 'a', { type: 'THROW' }));
    expect(system.root.getSnapshot().status).toBe('active');
    expect((await rows.rows('a/00000002/now'))[0]?.[1]).toMatchObject({
      status: 'error',
      error: { code: 'INTERNAL', message: 'thrown on request' },
    });
    const again = await openShop(createShopMachine(), { store: await rows.open() });
    expect(again.root.getSnapshot().children.a?.getSnapshot()).toMatchObject({ status: 'error' });
    await again.close();
  });
});

describe('batches', () => {
  test('are never in flight twice, and changes made meanwhile go into one', async () => {
    const inner = await memoryStore()();
    let flying = 0;
    let most = 0;
    let gate = Promise.resolve();
    const sizes: number[] = [];
    const store: Store = {
      get: key => inner.get(key),
      entries: (prefix, options) => inner.entries(prefix, options),
      close: () => inner.close(),
      async batch(operations) {
        most = Math.max(most, ++flying);
        sizes.push(operations.length);
        await gate;
        await inner.batch(operations);
        flying--;
      },
    };
    const system = await openShop(createShopMachine(), { store, input: {} });
    const held = deferred<void>();
    gate = held.promise;
    sizes.length = 0;
    const first = system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    await new Promise(resolve => setImmediate(resolve));
    const unchanged = system.barrier();
    const rest = Array.from({ length: 20 }, (_, at) =>
      system.command(`add${at}`, () => sendToCounter(system, 'a', { type: 'ADD', amount: 1 })),
    );
    expect(sizes).toHaveLength(1);
    held.resolve();
    await Promise.all([first, unchanged, ...rest]);
    expect(most).toBe(1);
    expect(sizes).toHaveLength(2);
    expect(system.stats().commits).toBe(3);
    await system.close();
  });

  test('a barrier with nothing to wait for resolves at once', async () => {
    const system = await openShop(createShopMachine(), { store: memoryStore(), input: {} });
    const before = system.stats().commits;
    await system.barrier();
    expect(system.stats().commits).toBe(before);
    await system.close();
  });

  test('closing during a release leaves no committed waiter pending', async () => {
    const system = await openShop(createShopMachine(), { store: memoryStore(), input: {} });
    const waiting = Array.from({ length: 100 }, (_, at) =>
      system.command(`open${at}`, root => root.send({ type: 'OPEN', id: `k${at}` })),
    );
    await waiting[0];
    await system.close();
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.filter(outcome => outcome.status === 'rejected')).toEqual([]);
  });
});
