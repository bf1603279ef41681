import { describe, expect, test } from 'vitest';
import { fromCallback, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import type { DurableSystem, EmittedEvent } from '../../src/durable/api.ts';
import { openDurable } from '../../src/durable/system.ts';
import type { Store } from '../../src/ports/store.ts';
import { crashableStore, createShopMachine, deferred, openShop, sendToCounter } from './shop-machine.ts';

const texts = (emitted: EmittedEvent[]) => emitted.map(each => each.event.text);

async function world(rest: object = {}) {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const open = async (more: object = {}) =>
    (await openShop(createShopMachine(), {
      store: await rows.open(),
      clock,
      ...rest,
      ...more,
    })) as unknown as DurableSystem;
  const system = await open();
  await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
  return { rows, clock, open, system };
}

const say = (system: DurableSystem, text: string) => sendToCounter(system, 'a', { type: 'SAY', text });

describe('events', () => {
  test('have their actor, time and position', async () => {
    const { system, clock } = await world();
    const delivered: EmittedEvent[] = [];
    system.subscribe(some => delivered.push(...some));
    say(system, 'one');
    clock.advance(5);
    say(system, 'two');
    await system.barrier();
    expect(delivered).toEqual([
      {
        seq: '00000003',
        at: 1_000,
        uid: '00000002',
        src: 'counter',
        actorId: 'a',
        event: { type: 'said', text: 'one' },
      },
      {
        seq: '00000004',
        at: 1_005,
        uid: '00000002',
        src: 'counter',
        actorId: 'a',
        event: { type: 'said', text: 'two' },
      },
    ]);
    await system.close();
  });

  test('are written as the caller’s rows in the batch of their tick', async () => {
    const { rows, system } = await world({
      deriveEventRows: ({ seq, event }: EmittedEvent) => [{ type: 'put', key: `j/${seq}`, value: event.text }],
    });
    say(system, 'one');
    expect(await rows.rows('j/')).toEqual([]);
    await system.barrier();
    expect(await rows.rows('j/')).toEqual([['j/00000003', 'one']]);
    expect(await rows.rows('o/')).toEqual([]);
    await system.close();
  });

  test('never repeat a number, across restarts too', async () => {
    const { open, system } = await world();
    const seqs: string[] = [];
    const note = (added: EmittedEvent[]) => seqs.push(...added.map(each => each.seq));
    system.subscribe(note);
    say(system, 'one');
    await system.barrier();
    const again = await open();
    again.subscribe(note);
    say(again, 'two');
    await again.barrier();
    expect(seqs).toHaveLength(2);
    expect(new Set(seqs).size).toBe(2);
    expect(seqs.toSorted()).toEqual(seqs);
    await again.close();
  });

  test('of a failed transition do not exist', async () => {
    const { system } = await world();
    const delivered: EmittedEvent[] = [];
    system.subscribe(some => delivered.push(...some));
    sendToCounter(system, 'a', { type: 'THROW' });
    await system.barrier();
    expect(delivered).toEqual([]);
    await system.close();
  });

  test('may come from actors that are not machines', async () => {
    const machine = setup({
      actors: { caller: fromCallback(({ emit }) => emit({ type: 'rang' })) },
    }).createMachine({ invoke: { id: 'phone', src: 'caller' } });
    const rows = crashableStore();
    const system = await openDurable({
      store: await rows.open(),
      machine,
      clock: manualClock(),
      deriveEventRows: ({ event, actorId }) => [{ type: 'put', key: `j/${actorId}`, value: event.type }],
    });
    expect(await rows.rows('j/')).toEqual([['j/phone', 'rang']]);
    await system.close();
  });
});

describe('subscribers', () => {
  test('receive only committed events, until they unsubscribe', async () => {
    const { system } = await world();
    const delivered: EmittedEvent[] = [];
    const leave = system.subscribe(some => delivered.push(...some));
    say(system, 'one');
    expect(delivered).toEqual([]);
    await system.barrier();
    expect(texts(delivered)).toEqual(['one']);
    leave();
    say(system, 'two');
    await system.barrier();
    expect(texts(delivered)).toEqual(['one']);
    await system.close();
  });

  test('receive nothing that was emitted while an earlier batch was in flight', async () => {
    const { rows, clock } = await world();
    const inner = await rows.open();
    let disk = Promise.resolve();
    const store: Store = {
      get: key => inner.get(key),
      entries: (prefix, options) => inner.entries(prefix, options),
      close: () => inner.close(),
      async batch(operations) {
        await disk;
        await inner.batch(operations);
      },
    };
    const system = (await openShop(createShopMachine(), { store, clock })) as unknown as DurableSystem;
    const received: unknown[] = [];
    system.subscribe(some => received.push(...texts(some)));
    const first = deferred<void>();
    disk = first.promise;
    const adding = system.command('add', () => sendToCounter(system, 'a', { type: 'ADD', amount: 1 }));
    await new Promise(resolve => setImmediate(resolve));
    say(system, 'early');
    const second = deferred<void>();
    disk = second.promise;
    first.resolve();
    await adding;
    expect(received).toEqual([]);
    second.resolve();
    await system.barrier();
    expect(received).toEqual(['early']);
    await system.close();
  });

  test('[R44] each get every event once, and one that throws does not affect the others', async () => {
    const errors: unknown[] = [];
    const { system } = await world({ onListenerError: (error: unknown) => errors.push(error) });
    const seen: [EmittedEvent[], EmittedEvent[]] = [[], []];
    system.subscribe(some => seen[0].push(...some));
    system.subscribe(() => {
      throw new Error('bad listener');
    });
    system.subscribe(some => seen[1].push(...some));
    const commands = Array.from({ length: 50 }, (_, at) => system.command(`say${at}`, () => say(system, String(at))));
    await Promise.all(commands);
    const all = Array.from({ length: 50 }, (_, at) => String(at));
    expect(seen.map(texts)).toEqual([all, all]);
    expect(errors.length).toBeGreaterThan(0);
    await system.close();
  });

  test('that throw without an error listener do not affect the others either', async () => {
    const { system } = await world();
    system.subscribe(() => {
      throw new Error('bad listener');
    });
    await expect(system.command('say', () => say(system, 'one'))).resolves.toEqual({ duplicate: false });
    await system.close();
  });
});

describe('deliver', () => {
  test('gets every event after its commit, one call at a time, and acknowledged events are not delivered again', async () => {
    const calls: string[][] = [];
    const first = deferred<void>();
    const deliver = async (newEvents: EmittedEvent[]) => {
      calls.push(texts(newEvents) as string[]);
      if (calls.length === 1) await first.promise;
    };
    const { rows, open, system } = await world({ deliver });
    await system.command('one', () => say(system, 'one'));
    await system.command('two', () => say(system, 'two'));
    await system.command('three', () => say(system, 'three'));
    expect(calls).toEqual([['one']]);
    first.resolve();
    await system.close();
    expect(calls).toEqual([['one'], ['two', 'three']]);
    expect(await rows.rows('o/')).toEqual([]);
    const again = await open();
    await again.close();
    expect(calls).toHaveLength(2);
  });

  test('gets events again that a crash left unacknowledged, with the same numbers', async () => {
    const { open, system } = await world({ deliver: () => new Promise(() => {}) });
    await system.command('one', () => say(system, 'one'));
    await system.command('two', () => say(system, 'two'));
    const delivered: EmittedEvent[] = [];
    const again = await open({ deliver: (some: EmittedEvent[]) => void delivered.push(...some) });
    await again.close();
    expect(delivered.map(({ seq, event }) => [seq, event.text])).toEqual([
      ['00000003', 'one'],
      ['00000004', 'two'],
    ]);
  });

  test('gets the same events again after increasing delays when it fails, with nothing overtaking them', async () => {
    const calls: string[][] = [];
    const errors: unknown[] = [];
    let broken = true;
    const deliver = (newEvents: EmittedEvent[]) => {
      calls.push(texts(newEvents) as string[]);
      if (broken) throw new Error('unplugged');
    };
    const { rows, clock, system } = await world({ deliver, onListenerError: (error: unknown) => errors.push(error) });
    const nextTick = () => new Promise(resolve => setImmediate(resolve));
    await system.command('one', () => say(system, 'one'));
    await nextTick();
    await system.command('two', () => say(system, 'two'));
    expect(calls).toEqual([['one']]);
    clock.advance(100);
    await nextTick();
    expect(calls).toEqual([['one'], ['one', 'two']]);
    clock.advance(199);
    expect(calls).toHaveLength(2);
    broken = false;
    clock.advance(1);
    await nextTick();
    expect(calls).toEqual([['one'], ['one', 'two'], ['one', 'two']]);
    expect(errors).toHaveLength(2);
    await system.close();
    expect(await rows.rows('o/')).toEqual([]);
  });

  test('that fails while closing is not waited for; its events stay for the next opening', async () => {
    const failing = deferred<void>();
    const { rows, clock, system } = await world({ deliver: () => failing.promise });
    await system.command('one', () => say(system, 'one'));
    const closing = system.close();
    failing.reject(new Error('unplugged'));
    await closing;
    clock.advance(60_000);
    expect(await rows.rows('o/')).toHaveLength(1);
  });

  test('that fails in a system that failed meanwhile is not called again', async () => {
    const failing = deferred<void>();
    const calls: number[] = [];
    const { clock, system } = await world({
      deliver: (newEvents: EmittedEvent[]) => {
        calls.push(newEvents.length);
        return failing.promise;
      },
    });
    await system.command('one', () => say(system, 'one'));
    await expect(system.command('die', root => root.send({ type: 'DIE' }))).rejects.toMatchObject({
      code: 'ROOT_FAILED',
    });
    failing.reject(new Error('unplugged'));
    await new Promise(resolve => setImmediate(resolve));
    clock.advance(60_000);
    expect(calls).toEqual([1]);
    await system.close();
  });
});
