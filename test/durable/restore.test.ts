/** Tries every kind of actor and state that could come back different from what it was. */

import { describe, expect, test } from 'vitest';
import {
  type AnyActorRef,
  assign,
  createMachine,
  emit,
  enqueueActions,
  fromCallback,
  fromPromise,
  fromTransition,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stopChild,
} from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import type { EmittedEvent } from '../../src/durable/api.ts';
import { effect } from '../../src/durable/effect.ts';
import { openDurable } from '../../src/durable/system.ts';
import type { Store } from '../../src/ports/store.ts';
import { crashableStore, deferred } from './shop-machine.ts';

const clock = manualClock();
const turn = () => new Promise(resolve => setImmediate(resolve));

describe('after a restart', () => {
  test('history states are restored, shallow and deep', async () => {
    const machine = createMachine({
      initial: 'on',
      states: {
        on: {
          initial: 'a',
          states: {
            a: { initial: 'x', states: { x: { on: { IN: 'y' } }, y: {} }, on: { NEXT: 'b' } },
            b: { initial: 'u', states: { u: { on: { IN: 'v' } }, v: {} } },
            shallow: { type: 'history' },
            deep: { type: 'history', history: 'deep' },
          },
          on: { OFF: '#off' },
        },
        off: { id: 'off', on: { SHALLOW: 'on.shallow', DEEP: 'on.deep' } },
      },
    });
    const left = async (back: 'SHALLOW' | 'DEEP') => {
      const rows = crashableStore();
      const first = await openDurable({ store: await rows.open(), machine, clock });
      for (const type of ['NEXT', 'IN', 'OFF']) first.root.send({ type });
      await first.close();
      const second = await openDurable({ store: await rows.open(), machine, clock });
      second.root.send({ type: back });
      await second.close();
      const third = await openDurable({ store: await rows.open(), machine, clock });
      const { value } = third.root.getSnapshot();
      await third.close();
      return value;
    };
    expect(await left('SHALLOW')).toEqual({ on: { b: 'u' } });
    expect(await left('DEEP')).toEqual({ on: { b: 'v' } });
  });

  test('a root that ended has its output, and a machine in its final state stays done', async () => {
    const machine = createMachine({
      initial: 'on',
      output: { result: 42 },
      states: { on: { on: { END: 'end' } }, end: { type: 'final' } },
    });
    const rows = crashableStore();
    const first = await openDurable({ store: await rows.open(), machine, clock });
    await first.command('end', root => root.send({ type: 'END' }));
    const second = await openDurable({ store: await rows.open(), machine, clock });
    expect(second.root.getSnapshot()).toMatchObject({ status: 'done', output: { result: 42 }, value: 'end' });
    await second.close();
  });

  test('actors that are not machines are restored', async () => {
    const started: string[] = [];
    const counter = fromTransition((count: number, event: { type: 'ADD'; by: number }) => count + event.by, 0);
    const bell = fromCallback(() => void started.push('bell'));
    const broken = fromPromise(() => Promise.reject(new Error('broken')));
    const machine = setup({ actors: { counter, bell, broken } }).createMachine({
      entry: [
        spawnChild('counter', { id: 'counter', systemId: 'counter' }),
        spawnChild('bell', { id: 'bell' }),
        spawnChild('broken', { id: 'broken' }),
      ],
      on: { 'xstate.error.actor.*': {} },
    });
    const rows = crashableStore();
    const first = await openDurable({ store: await rows.open(), machine, clock });
    await first.command('add', () => first.get('counter').send({ type: 'ADD', by: 3 }));
    await turn();
    await first.close();
    const second = await openDurable({ store: await rows.open(), machine, clock });
    expect(second.get('counter').getSnapshot().context).toBe(3);
    expect(started).toEqual(['bell', 'bell']);
    expect(second.root.getSnapshot().children.broken?.getSnapshot()).toMatchObject({
      status: 'error',
      error: { code: 'INTERNAL', message: 'broken' },
    });
    await second.close();
  });

  test('references in a context point to the same children', async () => {
    const leaf = createMachine({ id: 'leaf', context: { name: 'leaf' } });
    const machine = setup({
      types: {} as { context: { refs: AnyActorRef[]; deep: { ref: AnyActorRef | null } } },
      actors: { leaf },
    }).createMachine({
      context: ({ spawn }) => {
        const ref = spawn('leaf', { id: 'one' });
        return { refs: [ref], deep: { ref } };
      },
      on: { TOUCH: { actions: assign({ deep: ({ context }) => ({ ...context.deep }) }) } },
    });
    const rows = crashableStore();
    const first = await openDurable({ store: await rows.open(), machine, clock });
    await first.command('touch', root => root.send({ type: 'TOUCH' }));
    const second = await openDurable({ store: await rows.open(), machine, clock });
    const { context, children } = second.root.getSnapshot();
    expect(context.refs[0]).toBe(children.one);
    expect(context.deep.ref).toBe(children.one);
    await second.close();
  });

  test('a migrated state replaces everything written since the start', async () => {
    const versioned = (version: string, state: string) =>
      createMachine({ version, initial: state, states: { [state]: { on: { GO: 'gone' } }, gone: {} } });
    const rows = crashableStore();
    const first = await openDurable({ store: await rows.open(), machine: versioned('1', 'old'), clock });
    await first.command('go', root => root.send({ type: 'GO' }));
    const machine = versioned('2', 'new');
    const upcasters = { root: (state: object) => ({ ...state, value: 'new' }) };
    const second = await openDurable({ store: await rows.open(), machine, clock, migrations: upcasters });
    expect((await rows.rows('a/')).map(([key]) => key)).toEqual(['a/00000001']);
    await second.command('go', root => root.send({ type: 'GO' }));
    await second.close();
    const third = await openDurable({ store: await rows.open(), machine, clock });
    expect(third.root.getSnapshot().value).toBe('new');
    await third.close();
  });

  test('steps of effects that no longer exist are removed', async () => {
    const machine = createMachine({});
    const rows = crashableStore();
    const first = await openDurable({ store: await rows.open(), machine, clock });
    await first.close();
    await (await rows.open()).batch([{ type: 'put', key: 'r/0000000z/one', value: { result: 1 } }]);
    const second = await openDurable({ store: await rows.open(), machine, clock });
    expect(await rows.rows('r/')).toEqual([]);
    await second.close();
  });

  test('a timer that a starting actor cancels at once is cancelled, active or passivated', async () => {
    const logic = (ring: boolean) => fromCallback(({ sendBack }) => void (ring && sendBack({ type: 'RING' })));
    const waiting = (ring: boolean) =>
      setup({ actors: { caller: logic(ring) } }).createMachine({
        id: 'waiting',
        invoke: { src: 'caller' },
        initial: 'early',
        states: { early: { after: { 100: 'late' }, on: { RING: 'rung' } }, rung: {}, late: {} },
      });
    const root = (ring: boolean) =>
      setup({ actors: { waiting: waiting(ring) } }).createMachine({
        invoke: { id: 'w', src: 'waiting', systemId: 'w' },
      });
    const rows = crashableStore();
    const ticking = manualClock();
    const first = await openDurable({ store: await rows.open(), machine: root(false), clock: ticking });
    await first.close();
    expect(await rows.rows('t/')).toHaveLength(1);
    const second = await openDurable({ store: await rows.open(), machine: root(true), clock: ticking });
    expect(second.get('w').getSnapshot().value).toBe('rung');
    expect([second.stats().timers, await rows.rows('t/')]).toEqual([0, []]);
    await second.close();

    const others = crashableStore();
    const third = await openDurable({ store: await others.open(), machine: root(false), clock: ticking });
    await third.passivate('w');
    await third.close();
    const fourth = await openDurable({ store: await others.open(), machine: root(true), clock: ticking });
    await fourth.activate('w');
    expect(fourth.get('w').getSnapshot().value).toBe('rung');
    ticking.advance(1_000);
    expect(fourth.get('w').getSnapshot().value).toBe('rung');
    expect([fourth.stats().timers, await others.rows('t/')]).toEqual([0, []]);
    await fourth.close();
  });
});

describe('actors that never existed', () => {
  test('and were built in a failed transition, with their subtree, leave no trace', async () => {
    const leaf = createMachine({ id: 'leaf' });
    const twig = setup({ actors: { leaf } }).createMachine({
      context: ({ spawn }) => ({ ref: spawn('leaf', { id: 'l' }) }),
    });
    const branch = setup({
      actors: { twig },
      actions: {
        fail: () => {
          throw new Error('no');
        },
      },
    }).createMachine({ on: { GROW: { actions: [spawnChild('twig', { id: 't' }), 'fail'] } } });
    const machine = setup({ actors: { branch } }).createMachine({
      entry: spawnChild('branch', { id: 'b', systemId: 'b' }),
      on: { 'xstate.error.actor.*': {} },
    });
    const rows = crashableStore();
    const system = await openDurable({ store: await rows.open(), machine, clock });
    await system.command('grow', () => system.get('b').send({ type: 'GROW' }));
    expect((await rows.rows('a/')).map(([key]) => key)).toEqual(['a/00000001', 'a/00000002', 'a/00000002/now']);
    expect(system.stats().actors).toBe(2);
    await system.close();
  });

  test('whose id another actor took are not part of the system: their effect is rejected, and none of their rows is written', async () => {
    const outcomes: unknown[] = [];
    const work = effect<{ n: number }, number>(async ({ input, key }) => {
      outcomes.push([input.n, key]);
      return input.n;
    });
    const job = setup({
      types: {} as { input: { n: number }; context: { n: number } },
      actors: { work },
    }).createMachine({
      context: ({ input }) => input,
      invoke: {
        src: 'work',
        input: ({ context }) => context,
        onError: { actions: ({ event }) => outcomes.push((event.error as { code?: string }).code) },
      },
    });
    const machine = setup({ actors: { job } }).createMachine({
      on: {
        TWICE: {
          actions: enqueueActions(({ enqueue }) => {
            enqueue.spawnChild('job', { id: 'same', input: { n: 1 } });
            enqueue.spawnChild('job', { id: 'same', input: { n: 2 } });
          }),
        },
      },
    });
    const rows = crashableStore();
    const system = await openDurable({ store: await rows.open(), machine, clock });
    await system.command('twice', root => root.send({ type: 'TWICE' }));
    await turn();
    await system.barrier();
    expect(outcomes).toContain('CANCELLED');
    expect(outcomes.filter(Array.isArray)).toHaveLength(1);
    expect(Object.keys(system.root.getSnapshot().children)).toEqual(['same']);
    await system.close();
  });
});

describe('the end of a root', () => {
  const child = createMachine({
    on: { FALL: { actions: [sendParent({ type: 'THROW' }), emit({ type: 'said' }), sendParent({ type: 'AFTER' })] } },
  });
  const machine = setup({
    actors: { child },
    actions: {
      fail: () => {
        throw 'not even an error';
      },
    },
  }).createMachine({
    entry: spawnChild('child', { id: 'c', systemId: 'c' }),
    on: {
      THROW: { actions: 'fail' },
      SAY: { actions: emit({ type: 'root said' }) },
      STOP: { actions: stopChild('c') },
      SEND: { actions: sendTo('c', { type: 'FALL' }) },
    },
  });

  test('is an error whatever was thrown, and changes of its children in that tick are discarded', async () => {
    const delivered: EmittedEvent[] = [];
    const rows = crashableStore();
    const system = await openDurable({ store: await rows.open(), machine, clock });
    system.subscribe(some => delivered.push(...some));
    await system.command('say', root => root.send({ type: 'SAY' }));
    const before = await rows.rows();
    await expect(system.command('fall', () => system.get('c').send({ type: 'FALL' }))).rejects.toMatchObject({
      code: 'ROOT_FAILED',
      message: 'not even an error',
    });
    expect(delivered.map(({ src, actorId, event }) => [src, actorId, event.type])).toEqual([
      [null, 'root', 'root said'],
    ]);
    expect(await rows.rows()).toEqual(before);
    await system.close();
  });

  test.each(['succeeds', 'fails'])('while a batch that then %s is in flight is the only end', async outcome => {
    const inner = await crashableStore().open();
    const disk = deferred<void>();
    let slow = false;
    const store: Store = {
      get: key => inner.get(key),
      entries: (prefix, options) => inner.entries(prefix, options),
      close: () => inner.close(),
      async batch(operations) {
        if (slow) await disk.promise;
        await inner.batch(operations);
      },
    };
    const fatal: unknown[] = [];
    const afterRestart: EmittedEvent[] = [];
    const system = await openDurable({ store, machine, clock, onFatal: error => fatal.push(error.code) });
    system.subscribe(some => afterRestart.push(...some));
    slow = true;
    const saying = system.command('say', root => root.send({ type: 'SAY' }));
    await turn();
    const dying = system.command('die', root => root.send({ type: 'THROW' }));
    const outcomes = Promise.allSettled([saying, dying]);
    if (outcome === 'succeeds') disk.resolve();
    else disk.reject(new Error('disk gone'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await turn();
    expect([fatal, afterRestart]).toEqual([['ROOT_FAILED'], []]);
    await system.close();
  });
});

test('a listener may send events: their results belong to the next tick', async () => {
  const rows = crashableStore();
  const machine = setup({ types: {} as { context: { n: number } } }).createMachine({
    context: { n: 0 },
    on: { SAY: { actions: [assign({ n: ({ context }) => context.n + 1 }), emit({ type: 'said' })] } },
  });
  const system = await openDurable({ store: await rows.open(), machine, clock });
  system.subscribe(() => {
    if (system.root.getSnapshot().context.n < 5) system.root.send({ type: 'SAY' });
  });
  await system.command('say', root => root.send({ type: 'SAY' }));
  while (system.root.getSnapshot().context.n < 5) await system.barrier();
  await system.barrier();
  expect((await rows.rows('a/00000001/now'))[0]?.[1]).toMatchObject({ context: { n: 5 } });
  await system.close();
});
