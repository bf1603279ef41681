/** What a snapshot holds, what restoring it brings back and leaves, and which snapshots are refused. */
import { describe, expect, test } from 'vitest';
import {
  type AnyActorRef,
  assign,
  createActor,
  createMachine,
  enqueueActions,
  fromCallback,
  setup,
  spawnChild,
} from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import type { DurableSystem, EmittedEvent } from '../../src/durable/api.ts';
import { type SystemSnapshot, toPersistedSnapshot } from '../../src/durable/snapshot.ts';
import { openDurable } from '../../src/durable/system.ts';
import {
  counterSnapshot,
  crashableStore,
  createCounterMachine,
  createShopMachine,
  deferred,
  type Job,
  openShop,
  recordBatches,
  sendToCounter,
  waitForSnapshot,
} from './shop-machine.ts';

const never: Job = () => new Promise(() => {});

/** A shop with the counters `a` and `b`, at 5 and 0. */
async function shop(job: Job = never, rest: object = {}) {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const machine = createShopMachine(job);
  const open = async (more: object = {}): Promise<DurableSystem> =>
    (await openShop(machine, { store: await rows.open(), clock, ...rest, ...more })) as unknown as DurableSystem;
  const system = await open();
  await system.command('open', root => {
    root.send({ type: 'OPEN', id: 'a' });
    root.send({ type: 'OPEN', id: 'b' });
  });
  await system.command('add', () => sendToCounter(system, 'a', { type: 'ADD', amount: 5 }));
  return { rows, clock, open, system };
}

const total = (system: DurableSystem, id: string) => counterSnapshot(system, id).context.total;

/** A snapshot as it comes back from wherever it was kept. */
const kept = (snapshot: SystemSnapshot): SystemSnapshot => JSON.parse(JSON.stringify(snapshot)) as SystemSnapshot;

describe('a snapshot [R213]', () => {
  test('is plain data of the actor and those below it, as the newest commit left them', async () => {
    const { system, clock } = await shop();
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 300, id: 'soon' });
    clock.advance(100);
    const snapshot = await system.snapshot('a');
    expect(kept(snapshot)).toEqual(snapshot);
    expect(snapshot).toMatchObject({
      format: 1,
      at: 1_100,
      actor: {
        id: 'a',
        src: 'counter',
        systemId: 'a',
        version: '1',
        state: { value: 'working', context: { total: 5, answers: [], notes: [] } },
        timers: [{ id: 'soon', event: { type: 'ADD', amount: 1 }, remainingMs: 200 }],
        children: [{ id: 'work', src: 'work', state: { snapshot: { status: 'active', input: { job: 'x' } } } }],
      },
    });
    await system.close();
  });

  test('shows what its commit holds: nothing later, although the actor moved on while the batch was written', async () => {
    const inner = await memoryStore()();
    const disk = deferred<void>();
    let slow = false;
    const store = {
      get: (key: string) => inner.get(key),
      entries: (prefix: string) => inner.entries(prefix),
      close: () => inner.close(),
      async batch(operations: Parameters<typeof inner.batch>[0]) {
        if (slow) await disk.promise;
        await inner.batch(operations);
      },
    };
    const system = (await openShop(createShopMachine(never), { store })) as unknown as DurableSystem;
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    slow = true;
    sendToCounter(system, 'a', { type: 'ADD', amount: 1 });
    let resolved = false;
    const taking = system.snapshot('a').then(snapshot => {
      resolved = true;
      return snapshot;
    });
    await new Promise(resolve => setImmediate(resolve));
    sendToCounter(system, 'a', { type: 'ADD', amount: 10 });
    await new Promise(resolve => setImmediate(resolve));
    expect(resolved).toBe(false);
    disk.resolve();
    expect((await taking).actor.state).toMatchObject({ context: { total: 1 } });
    await system.close();
  });

  test('of the root holds its passivated children, and one of those can be taken alone without waking it', async () => {
    const { system } = await shop();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 700, id: 'soon' });
    await system.passivate('a');
    const { actor } = await system.snapshot();
    const asleep = {
      id: 'a',
      state: { context: { total: 5 } },
      timers: [{ id: 'soon', remainingMs: 700 }],
    };
    expect(actor.children?.map(({ id }) => id)).toEqual(['b']);
    expect(actor.passivated).toMatchObject([asleep]);
    expect((await system.snapshot('a')).actor).toMatchObject(asleep);
    expect(system.passivated()).toEqual(['a']);
    await system.close();
  });

  test('is in XState’s own form what XState itself persists', async () => {
    const { system } = await shop();
    const snapshot = await system.snapshot();
    const own = toPersistedSnapshot(snapshot);
    const persisted = JSON.stringify(system.root.getPersistedSnapshot());
    expect(JSON.parse(JSON.stringify(own))).toEqual(JSON.parse(persisted.replaceAll(',"syncSnapshot":false', '')));
    const elsewhere = createActor(createShopMachine(never), { snapshot: own, input: {} });
    expect(elsewhere.getSnapshot().children.a?.getSnapshot()).toMatchObject({ context: { total: 5 } });
    await system.close();
  });

  test('of an actor there is not is refused, and everything else goes on', async () => {
    const { system } = await shop();
    await expect(system.snapshot('absent')).rejects.toMatchObject({ code: 'UNKNOWN_ACTOR' });
    await system.command('more', () => sendToCounter(system, 'a', { type: 'ADD', amount: 1 }));
    expect(total(system, 'a')).toBe(6);
    await system.close();
    await expect(system.snapshot('a')).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
  });
});

describe('a restored actor [R213]', () => {
  test('is what it was, keeps its reference and its observers, and its siblings keep theirs', async () => {
    const { system, rows, open } = await shop();
    const snapshot = kept(await system.snapshot('a'));
    const [ref, seen]: [AnyActorRef, number[]] = [system.get('a'), []];
    ref.subscribe(({ context }) => seen.push(context.total));
    await system.command('more', () => {
      sendToCounter(system, 'a', { type: 'ADD', amount: 10 });
      sendToCounter(system, 'b', { type: 'ADD', amount: 20 });
    });
    await system.restore('a', snapshot);
    expect([total(system, 'a'), total(system, 'b')]).toEqual([5, 20]);
    expect(system.get('a')).toBe(ref);
    await system.command('again', () => sendToCounter(system, 'a', { type: 'ADD', amount: 1 }));
    expect(seen).toEqual([15, 5, 6]);
    expect((await rows.rows('a/')).map(([key]) => key)).toContain('a/00000002');
    await system.close();
    const next = await open();
    expect([total(next, 'a'), total(next, 'b')]).toEqual([6, 20]);
    await next.close();
  });

  test('is written in one batch with its timers, and erased are only rows below it', async () => {
    const { store, batches } = recordBatches(await memoryStore()());
    const clock = manualClock(1_000);
    const system = (await openShop(createShopMachine(never), { store, clock })) as unknown as DurableSystem;
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    await system.command('work', () => sendToCounter(system, 'a', { type: 'WORK', job: 'x' }));
    const snapshot = await system.snapshot('a');
    await system.command('stop', () => {
      sendToCounter(system, 'a', { type: 'STOP_WORK' });
      sendToCounter(system, 'a', { type: 'LATER', delayMs: 10, id: 'soon' });
    });
    const before = batches.length;
    await system.restore('a', snapshot);
    expect(batches.length).toBe(before + 1);
    const written = batches.at(-1)?.map(({ type, key }) => `${type} ${key}`);
    expect(written).toEqual([
      'del t/00000002/soon',
      'put a/00000002',
      'del a/00000002/now',
      'put a/00000003',
      expect.stringMatching(/^put m\/c\//),
    ]);
    await system.close();
  });

  test('waits as long as it had left to wait, from now on, and not for what it began to wait for since', async () => {
    const { system, clock, open } = await shop();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 300, id: 'soon' });
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 500, id: 'timer/work' });
    clock.advance(100);
    const snapshot = await system.snapshot('a');
    clock.advance(1_000);
    expect(total(system, 'a')).toBe(7);
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 50, id: 'other' });
    await system.restore('a', snapshot);
    clock.advance(199);
    expect(total(system, 'a')).toBe(5);
    clock.advance(1);
    expect(total(system, 'a')).toBe(6);
    await system.close();
    clock.advance(10_000);
    const next = await open();
    expect(total(next, 'a')).toBe(6);
    clock.advance(200);
    expect(total(next, 'a')).toBe(7);
    await next.close();
  });

  test('asks a running effect again under its key, with the steps it had then and no later ones', async () => {
    const calls: string[] = [];
    const gates = [deferred<void>(), deferred<void>(), deferred<void>()];
    let runs = 0;
    const job: Job = async ({ key, step, signal }) => {
      const run = runs++;
      calls.push(`${run} ${key}`);
      await step('first', async () => void calls.push(`${run} first`));
      await gates[run]?.promise;
      signal.throwIfAborted();
      await step('second', async () => void calls.push(`${run} second`));
      return `run ${run}`;
    };
    const { system, rows, open } = await shop(job);
    await system.command('work', () => sendToCounter(system, 'a', { type: 'WORK', job: 'x' }));
    while ((await rows.rows('r/')).length === 0) await system.barrier();
    const snapshot = kept(await system.snapshot('a'));
    expect(snapshot.actor.children?.[0]?.steps).toEqual([{ name: 'first' }]);
    gates[0]?.resolve();
    await waitForSnapshot(system.get('a'), ({ context }) => context.answers.length === 1);
    await system.barrier();
    expect(await rows.rows('r/')).toEqual([]);

    await system.restore('a', snapshot);
    expect(counterSnapshot(system, 'a')).toMatchObject({ value: 'working', context: { answers: [] } });
    expect((await rows.rows('r/')).map(([key]) => key)).toEqual(['r/00000004/first']);
    await system.close();
    gates[1]?.resolve();
    gates[2]?.resolve();
    const next = await open();
    await waitForSnapshot(next.get('a'), ({ context }) => context.answers.length === 1);
    const key = '00000004';
    expect(calls.filter(call => call.endsWith(key)).length).toBeGreaterThan(1);
    expect(new Set(calls.filter(call => /\d{8}$/.test(call)).map(call => call.slice(2)))).toEqual(new Set([key]));
    expect(calls.filter(call => call.endsWith('first'))).toEqual(['0 first']);
    expect(calls.filter(call => call.endsWith('second')).length).toBe(2);
    await next.close();
  });

  test('that had ended is active again, receives events, and ends again', async () => {
    const leaf = setup({ types: {} as { emitted: { type: 'ended' } } }).createMachine({
      initial: 'on',
      states: {
        on: { on: { END: 'off', SAY: { actions: enqueueActions(({ enqueue }) => enqueue.emit({ type: 'ended' })) } } },
        off: { type: 'final' },
      },
    });
    const machine = setup({ types: {} as { context: { ends: number } }, actors: { leaf } }).createMachine({
      context: { ends: 0 },
      entry: spawnChild('leaf', { id: 'l', systemId: 'leaf' }),
      on: { 'xstate.done.actor.l': { actions: assign({ ends: ({ context }) => context.ends + 1 }) } },
    });
    const store = await memoryStore()();
    const system = await openDurable({ store, machine, clock: manualClock() });
    const received: EmittedEvent[] = [];
    system.subscribe(events => received.push(...events));
    const snapshot = await system.snapshot('leaf');
    const leafRef = () => system.root.getSnapshot().children.l as AnyActorRef;
    await system.command('end', () => leafRef().send({ type: 'END' }));
    expect(leafRef().getSnapshot()).toMatchObject({ status: 'done', value: 'off' });
    await system.restore('l', snapshot);
    expect(leafRef().getSnapshot()).toMatchObject({ status: 'active', value: 'on' });
    expect(system.get('leaf')).toBe(leafRef());
    await system.command('say', () => leafRef().send({ type: 'SAY' }));
    await system.command('end again', () => leafRef().send({ type: 'END' }));
    expect([received.length, system.root.getSnapshot().context.ends]).toEqual([1, 2]);
    await system.close();
  });

  test('a root that was done goes on, in the same process and in the next', async () => {
    const machine = setup({ types: {} as { context: { n: number } } }).createMachine({
      context: { n: 0 },
      initial: 'on',
      states: {
        on: { on: { ADD: { actions: assign({ n: ({ context }) => context.n + 1 }) }, END: 'off' } },
        off: { type: 'final' },
      },
    });
    const rows = crashableStore();
    const system = await openDurable({ store: await rows.open(), machine, clock: manualClock() });
    await system.command('add', root => root.send({ type: 'ADD' }));
    const snapshot = await system.snapshot();
    await system.command('end', root => root.send({ type: 'END' }));
    const ended = await system.snapshot();
    expect(system.root.getSnapshot().status).toBe('done');
    await system.restore('root', snapshot);
    await system.command('add more', root => root.send({ type: 'ADD' }));
    expect(system.root.getSnapshot()).toMatchObject({ status: 'active', value: 'on', context: { n: 2 } });
    expect(system.get('root')).toBe(system.root);
    await system.restore('root', ended);
    expect(system.root.getSnapshot()).toMatchObject({ status: 'done', value: 'off', context: { n: 1 } });
    await system.close();
    const next = await openDurable({ store: await rows.open(), machine, clock: manualClock() });
    expect(next.root.getSnapshot()).toMatchObject({ status: 'done', context: { n: 1 } });
    await next.restore('root', snapshot);
    expect(next.root.getSnapshot()).toMatchObject({ status: 'active', context: { n: 1 } });
    await next.close();
  });

  test('brings back history, references in contexts and names, and children that ended since', async () => {
    const leaf = createMachine({ initial: 'on', states: { on: { on: { END: 'off' } }, off: { type: 'final' } } });
    const twig = setup({
      types: {} as { context: { ref: AnyActorRef | null } },
      actors: { leaf },
    }).createMachine({
      id: 'twig',
      context: ({ spawn }) => ({ ref: spawn('leaf', { id: 'l', systemId: 'leaf' }) }),
      initial: 'on',
      on: {
        FORGET: {
          actions: enqueueActions(({ enqueue }) => {
            enqueue.stopChild('l');
            enqueue.assign({ ref: null });
          }),
        },
      },
      states: {
        on: { initial: 'x', states: { x: { on: { IN: 'y' } }, y: {}, last: { type: 'history' } }, on: { OUT: 'off' } },
        off: { on: { BACK: 'on.last' } },
      },
    });
    const machine = setup({ actors: { twig } }).createMachine({
      entry: spawnChild('twig', { id: 't', systemId: 't' }),
    });
    const system = await openDurable({ store: await memoryStore()(), machine, clock: manualClock() });
    const send = (type: string) => system.command(type, () => system.get('t').send({ type }));
    for (const type of ['IN', 'OUT']) await send(type);
    const snapshot = kept(await system.snapshot('t'));
    for (const type of ['BACK', 'FORGET']) await send(type);
    expect(() => system.get('leaf')).toThrow(expect.objectContaining({ code: 'UNKNOWN_ACTOR' }));
    await system.restore('t', snapshot);
    const { context, children } = system.get('t').getSnapshot();
    expect([context.ref, children.l]).toEqual([system.get('leaf'), system.get('leaf')]);
    system.get('t').send({ type: 'BACK' });
    expect(system.get('t').getSnapshot().value).toEqual({ on: 'y' });
    await system.close();
  });

  test('sends its snapshots on to its parent once, where the parent asked for them', async () => {
    const leaf = setup({ types: {} as { context: { n: number } } }).createMachine({
      context: { n: 0 },
      on: { ADD: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
    });
    const machine = setup({ types: {} as { context: { seen: number[] } }, actors: { leaf } }).createMachine({
      context: { seen: [] },
      entry: spawnChild('leaf', { id: 'l', systemId: 'leaf', syncSnapshot: true }),
      on: {
        'xstate.snapshot.l': {
          actions: assign({ seen: ({ context, event }) => [...context.seen, event.snapshot.context.n] }),
        },
      } as never,
    });
    const system = await openDurable({ store: await memoryStore()(), machine, clock: manualClock() });
    await system.command('add', () => system.get('leaf').send({ type: 'ADD' }));
    const snapshot = await system.snapshot('leaf');
    await system.command('more', () => system.get('leaf').send({ type: 'ADD' }));
    await system.restore('leaf', snapshot);
    await system.command('last', () => system.get('leaf').send({ type: 'ADD' }));
    expect(system.root.getSnapshot().context.seen).toEqual([0, 1, 2, 1, 2]);
    await system.close();
  });

  test('the root takes its passivated children with it, in both directions', async () => {
    const { system, clock, rows, open } = await shop();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 700, id: 'soon' });
    await system.passivate('a');
    const snapshot = kept(await system.snapshot());
    await system.activate('a');
    await system.command('more', () => sendToCounter(system, 'a', { type: 'ADD', amount: 10 }));
    await system.passivate('b');
    await system.restore('root', snapshot);
    expect(system.passivated()).toEqual(['a']);
    expect(Object.keys(system.root.getSnapshot().children)).toEqual(['b']);
    expect((await rows.rows('s/')).map(([key]) => key)).toEqual(['s/00000002']);
    expect((await rows.rows('z/')).map(([key]) => key)).toEqual([
      'z/00000002/a/00000002',
      'z/00000002/t/00000002/soon',
    ]);
    await system.close();
    const next = await open();
    clock.advance(700);
    await waitUntil(() => next.passivated().length === 0);
    clock.advance(0);
    expect(total(next, 'a')).toBe(6);
    await next.close();
  });

  test('one that is passivated is activated for it', async () => {
    const { system } = await shop();
    const snapshot = await system.snapshot('a');
    await system.command('more', () => sendToCounter(system, 'a', { type: 'ADD', amount: 10 }));
    await system.passivate('a');
    await system.restore('a', snapshot);
    expect([system.passivated(), total(system, 'a')]).toEqual([[], 5]);
    await system.close();
  });
});

async function waitUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setImmediate(resolve));
}

describe('what restoring leaves as it is [R213]', () => {
  test('a command counts once although what it did is undone, and what was emitted is delivered', async () => {
    const delivered: EmittedEvent[] = [];
    const { system } = await shop(never, { deliver: (events: EmittedEvent[]) => void delivered.push(...events) });
    const snapshot = await system.snapshot('a');
    const say = () =>
      system.command('say', () => {
        sendToCounter(system, 'a', { type: 'ADD', amount: 1 });
        sendToCounter(system, 'a', { type: 'SAY', text: 'hello' });
      });
    await say();
    await system.restore('a', snapshot);
    expect(await say()).toEqual({ duplicate: true });
    expect(total(system, 'a')).toBe(5);
    await waitUntil(() => delivered.length > 0);
    expect(delivered.map(({ event }) => event)).toEqual([{ type: 'said', text: 'hello' }]);
    await system.close();
  });

  test('a command that was on its way is acknowledged, and undone with the rest', async () => {
    const { system } = await shop();
    const snapshot = await system.snapshot('a');
    const command = system.command('more', () => sendToCounter(system, 'a', { type: 'ADD', amount: 10 }));
    await Promise.all([command, system.restore('a', snapshot)]);
    expect([await command, total(system, 'a')]).toEqual([{ duplicate: false }, 5]);
    await system.close();
  });

  test('views are written of what is restored, and of what ended', async () => {
    const seen: string[] = [];
    const { system } = await shop(never, {
      deriveActorRows: ({ id, snapshot }: { id: string; snapshot: { status: string; value?: unknown } }) => {
        seen.push(`${id} ${snapshot.status} ${snapshot.value ?? ''}`.trim());
        return [];
      },
    });
    const snapshot = await system.snapshot('a');
    await system.command('work', () => sendToCounter(system, 'a', { type: 'WORK', job: 'x' }));
    seen.length = 0;
    await system.restore('a', snapshot);
    expect(seen).toEqual(['work stopped', 'a active idle']);
    await system.close();
  });

  test('an observer learns which actors stopped and started, and the new state of the actor', async () => {
    const { system } = await shop();
    await system.command('work', () => sendToCounter(system, 'a', { type: 'WORK', job: 'x' }));
    const snapshot = await system.snapshot('a');
    const seen: string[] = [];
    system.subscribeToActors(events => {
      for (const event of events) if (event.type !== 'chart') seen.push(`${event.type} ${event.uid}`);
    });
    await system.barrier();
    seen.length = 0;
    await system.restore('a', snapshot);
    const [stopped, started] = [seen.indexOf('stopped 00000004'), seen.indexOf('started 00000004')];
    expect(stopped).toBe(0);
    expect(started).toBeGreaterThan(stopped);
    expect(seen.lastIndexOf('stopped 00000004')).toBe(stopped);
    expect(seen).toContain('transitioned 00000002');
    await system.close();
  });
});

describe('a snapshot is refused, and nothing changes [R213]', () => {
  const other = createMachine({ id: 'other', initial: 'on', states: { on: {} } });

  async function unchanged(system: DurableSystem, rows: { rows(): Promise<unknown> }, act: () => Promise<unknown>) {
    await system.barrier();
    const before = await rows.rows();
    const error = await act().then(
      () => undefined,
      (thrown: { code: string; message: string }) => thrown,
    );
    await system.barrier();
    expect(await rows.rows()).toEqual(before);
    return error;
  }

  test('of another logic, of another format, or of an effect', async () => {
    const { system, rows } = await shop();
    const root = await system.snapshot();
    const counter = await system.snapshot('a');
    expect(await unchanged(system, rows, () => system.restore('a', root))).toMatchObject({ code: 'RESTORE_FAILED' });
    const newer = { ...counter, format: 2 };
    expect(await unchanged(system, rows, () => system.restore('a', newer))).toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('format 2'),
    });
    await system.command('work', () => sendToCounter(system, 'a', { type: 'WORK', job: 'x' }));
    const effect = system.get('a').getSnapshot().children.work as AnyActorRef;
    const ofEffect = await system.snapshot(effect);
    expect(await unchanged(system, rows, () => system.restore(effect, ofEffect))).toMatchObject({
      code: 'RESTORE_FAILED',
    });
    await system.close();
  });

  test('whose state the machine does not have any more', async () => {
    const { system, rows } = await shop();
    const snapshot = await system.snapshot('a');
    snapshot.actor.state = { value: 'no such state' };
    expect(await unchanged(system, rows, () => system.restore('a', snapshot))).toMatchObject({
      code: 'RESTORE_FAILED',
    });
    expect(total(system, 'a')).toBe(5);
    await system.close();
  });

  test('whose names went to others', async () => {
    const leaf = createMachine({});
    const twig = setup({ actors: { leaf } }).createMachine({
      entry: spawnChild('leaf', { id: 'l', systemId: 'name' }),
      on: { STOP: { actions: enqueueActions(({ enqueue }) => enqueue.stopChild('l')) } },
    });
    const machine = setup({ actors: { twig, leaf } }).createMachine({
      entry: spawnChild('twig', { id: 't', systemId: 't' }),
      on: { TAKE: { actions: spawnChild('leaf', { id: 'mine', systemId: 'name' }) } },
    });
    const rows = crashableStore();
    const system = await openDurable({ store: await rows.open(), machine, clock: manualClock() });
    const snapshot = await system.snapshot('t');
    await system.command('stop', () => system.get('t').send({ type: 'STOP' }));
    await system.command('take', root => root.send({ type: 'TAKE' }));
    const refused = await unchanged(system as never, rows, () => system.restore('t', snapshot));
    expect(refused).toMatchObject({ code: 'RESTORE_FAILED', message: expect.stringContaining('"name"') });
    await system.close();
  });

  test('an older version is translated by its migration', async () => {
    const rows = crashableStore();
    const versioned = (version: string, state: string) =>
      createMachine({ version, initial: state, states: { [state]: { on: { GO: 'gone' } }, gone: {} } });
    const clock = manualClock();
    const first = await openDurable({ store: await rows.open(), machine: versioned('1', 'old'), clock });
    const snapshot = await first.snapshot();
    await first.command('go', root => root.send({ type: 'GO' }));
    await first.close();
    const migrations = {
      root: (state: object) => ('value' in state && state.value === 'old' ? { value: 'new' } : state),
    };
    const second = await openDurable({
      ...{ store: await rows.open(), machine: versioned('2', 'new'), clock },
      migrations: migrations as never,
    });
    await second.restore('root', snapshot);
    expect(second.root.getSnapshot().value).toBe('new');
    await second.close();
    expect(other.id).toBe('other');
  });
});

describe('a fork [R213]', () => {
  test('is a child of its own beside the original: with other uids, so with effects under other keys', async () => {
    const keys: string[] = [];
    const job: Job = ({ key }) => {
      keys.push(key);
      return new Promise(() => {});
    };
    const { system, clock, open } = await shop(job);
    await system.command('work', () => {
      sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
      sendToCounter(system, 'a', { type: 'LATER', delayMs: 50, id: 'soon' });
    });
    const snapshot = kept(await system.snapshot('a'));
    const ref = await system.fork(snapshot, { id: 'c', systemId: 'c' });
    expect(system.get('c')).toBe(ref);
    await system.command('more', () => sendToCounter(system, 'c', { type: 'ADD', amount: 10 }));
    clock.advance(50);
    expect([total(system, 'a'), total(system, 'c')]).toEqual([6, 16]);
    await waitUntil(() => keys.length === 2);
    expect(new Set(keys).size).toBe(2);
    await expect(system.fork(snapshot, { id: 'c' })).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
    await expect(system.fork(snapshot, { id: 'd', systemId: 'a' })).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
    await system.close();
    const next = await open();
    expect([total(next, 'a'), total(next, 'c')]).toEqual([6, 16]);
    expect(counterSnapshot(next, 'c').value).toBe('working');
    await next.close();
  });

  test('restored from the original’s snapshot becomes what that was, under keys of its own', async () => {
    const { system } = await shop();
    await system.command('work', () => sendToCounter(system, 'a', { type: 'WORK', job: 'x' }));
    const snapshot = await system.snapshot('a');
    await system.command('open c', root => root.send({ type: 'OPEN', id: 'c' }));
    await system.restore('c', snapshot);
    expect(counterSnapshot(system, 'c')).toMatchObject({ value: 'working', context: { total: 5 } });
    const uidOf = async (id: string) => (await system.snapshot(id)).actor.children?.[0]?.uid;
    expect(await uidOf('a')).not.toBe(await uidOf('c'));
    await system.close();
  });

  test('of a whole system begins a new store, with timers, steps and passivated children', async () => {
    const { system } = await shop(async ({ step }) => {
      await step('first', async () => 'once');
      return new Promise(() => {});
    });
    await system.command('work', () => sendToCounter(system, 'b', { type: 'WORK', job: 'x' }));
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 700, id: 'soon' });
    await system.passivate('a');
    const snapshot = kept(await system.snapshot());
    await system.close();
    const rows = crashableStore();
    const clock = manualClock(50_000);
    const machine = createShopMachine(never);
    const copy = (await openShop(machine, { store: await rows.open(), clock, snapshot })) as unknown as DurableSystem;
    expect([copy.passivated(), counterSnapshot(copy, 'b').value]).toEqual([['a'], 'working']);
    expect((await rows.rows('r/')).map(([, value]) => value)).toEqual([{ result: 'once' }]);
    clock.advance(700);
    await waitUntil(() => copy.passivated().length === 0);
    clock.advance(0);
    expect(total(copy, 'a')).toBe(6);
    await copy.close();
    const again = (await openShop(machine, { store: await rows.open(), clock, snapshot })) as unknown as DurableSystem;
    expect([total(again, 'a'), counterSnapshot(again, 'b').value]).toEqual([6, 'working']);
    await again.close();
  });

  test('of the root needs another store, and says so', async () => {
    const { system } = await shop();
    await expect(system.fork(await system.snapshot(), { id: 'shop' })).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      message: expect.stringContaining('open another store with it'),
    });
    await system.close();
  });

  test('of one child begins a store of its own', async () => {
    const { system } = await shop();
    const snapshot = kept(await system.snapshot('a'));
    await system.close();
    const alone = await openDurable({
      ...{ store: await memoryStore()(), clock: manualClock(), snapshot, input: {} },
      machine: createCounterMachine(never),
    });
    expect(alone.root.getSnapshot()).toMatchObject({ value: 'idle', context: { total: 5 } });
    await alone.close();
  });
});

test('events that stopped actors send while they end do not reach the restored one', async () => {
  const caller = fromCallback(
    ({ sendBack }) =>
      () =>
        sendBack({ type: 'BYE' }),
  );
  const twig = setup({ types: {} as { context: { byes: number } }, actors: { caller } }).createMachine({
    context: { byes: 0 },
    invoke: { src: 'caller', id: 'c' },
    on: { BYE: { actions: assign({ byes: ({ context }) => context.byes + 1 }) } },
  });
  const machine = setup({ actors: { twig } }).createMachine({ entry: spawnChild('twig', { id: 't', systemId: 't' }) });
  const system = await openDurable({ store: await memoryStore()(), machine, clock: manualClock() });
  const snapshot = await system.snapshot('t');
  await system.restore('t', snapshot);
  expect(system.get('t').getSnapshot().context).toEqual({ byes: 0 });
  await system.close();
});

test('an effect may restore the actor that invoked it', async () => {
  let restore: () => Promise<void> = async () => {};
  const gate = deferred<void>();
  let runs = 0;
  const { system } = await shop(async () => {
    if (runs++ > 0) return 'second run';
    await gate.promise;
    await restore();
    return 'first run';
  });
  await system.command('work', () => sendToCounter(system, 'a', { type: 'WORK', job: 'x' }));
  const snapshot = await system.snapshot('a');
  restore = () => system.restore('a', snapshot);
  gate.resolve();
  await waitForSnapshot(system.get('a'), ({ context }) => context.answers.length === 1);
  expect(counterSnapshot(system, 'a').context.answers).toEqual(['second run']);
  await system.close();
});
