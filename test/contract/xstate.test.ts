/**
 * What src/durable/xstate-internals.ts and its neighbours take for granted about XState, line by line. When an upgrade breaks one of
 * these, the durable runtime must be changed with it; nothing else tells so this early.
 */

import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import {
  type AnyActorRef,
  type AnyStateMachine,
  assign,
  createActor,
  createMachine,
  emit,
  fromPromise,
  type InspectionEvent,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stopChild,
} from 'xstate';
import manifest from '../../node_modules/xstate/package.json' with { type: 'json' };
import {
  asLiveActor,
  createReceiver,
  extendChildren,
  extendSystem,
  fromWork,
  interceptInspection,
  isActorReference,
  type PersistedMachine,
  registeredLogic,
  setState,
  startInPlace,
  stepsMaxOf,
  stopAll,
  stopInPlace,
  versionOf,
} from '../../src/durable/xstate-internals.ts';
import { deferred } from '../durable/shop-machine.ts';

const kid = setup({ types: {} as { context: { received: string[] } } }).createMachine({
  id: 'kid',
  version: '7',
  context: { received: [] },
  initial: 'on',
  states: { on: {} },
  on: { '*': { actions: assign({ received: ({ context, event }) => [...context.received, event.type] }) } },
});

const family = setup({ actors: { kid } }).createMachine({
  id: 'family',
  entry: spawnChild('kid', { id: 'k', systemId: 'the kid', syncSnapshot: true }),
  on: { STOP: { actions: stopChild('k') }, SPAWN: { actions: spawnChild('kid', { id: 'k2' }) } },
});

const inspected = (machine: AnyStateMachine): { actor: ReturnType<typeof createActor>; seen: InspectionEvent[] } => {
  const seen: InspectionEvent[] = [];
  const inspect = (event: InspectionEvent) => void seen.push(event);
  const actor = createActor(machine, { inspect, input: {} } as never);
  actor.subscribe({ error: () => {} });
  return { actor, seen };
};

test('the installed version is the one these contracts were read from', () => {
  expect(manifest.version).toBe('5.33.3');
});

describe('fields of an actor', () => {
  test('parent, source, logic, id, systemId and syncSnapshot are where we read them', () => {
    const actor = createActor(family).start();
    const child = asLiveActor(actor.getSnapshot().children.k);
    expect(child).toMatchObject({ id: 'k', src: 'kid', logic: kid, systemId: 'the kid', _syncSnapshot: true });
    expect(child._parent).toBe(actor);
    expect(child.system).toBe(actor.system);
    expect(registeredLogic(family, 'kid')).toBe(kid);
    expect(versionOf(kid)).toBe('7');
  });

  test('an actor is announced from its constructor, parents first, when parent, id and source are set', () => {
    const order: unknown[] = [];
    createActor(family, {
      id: 'f',
      inspect: event => {
        if (event.type !== '@xstate.actor') return;
        const ref = asLiveActor(event.actorRef);
        order.push([ref.id, ref._parent?.id, typeof ref.src === 'string' ? ref.src : 'logic']);
      },
    });
    expect(order).toEqual([
      ['f', undefined, 'logic'],
      ['k', 'f', 'kid'],
    ]);
  });

  test('an inspector that throws in the announcement fails the spawn, and with it the transition', () => {
    const actor = createActor(family, {
      inspect: event => {
        if (event.type === '@xstate.actor' && asLiveActor(event.actorRef).id === 'k2') throw new Error('not this one');
      },
    });
    actor.subscribe({ error: () => {} });
    actor.start().send({ type: 'SPAWN' });
    expect(actor.getSnapshot()).toMatchObject({ status: 'error', error: new Error('not this one') });
  });
});

describe('one transition', () => {
  const circle = setup({}).createMachine({
    initial: 'rest',
    options: { maxIterations: 7 },
    states: {
      rest: { on: { GO: 'raising' } },
      raising: { entry: raise({ type: 'ON' }), on: { ON: 'passing' } },
      passing: { always: 'end' },
      end: {},
    },
  });

  test('tells each step of a machine, those of raise and always too, and then its snapshot', () => {
    const { actor, seen } = inspected(circle);
    actor.start();
    const before = seen.length;
    actor.send({ type: 'GO' });
    const steps = seen.slice(before).filter(({ type }) => type === '@xstate.microstep' || type === '@xstate.snapshot');
    expect(steps.map(({ type, actorRef }) => [type, actorRef === actor])).toEqual([
      ['@xstate.microstep', true],
      ['@xstate.microstep', true],
      ['@xstate.microstep', true],
      ['@xstate.snapshot', true],
    ]);
  });

  test('fails, and keeps the state before the event, if the listener for a step throws', () => {
    const actor = createActor(circle, {
      inspect: event => {
        if (event.type === '@xstate.microstep' && event.event.type === 'ON') throw new Error('far enough');
      },
    });
    actor.subscribe({ error: () => {} });
    actor.start().send({ type: 'GO' });
    expect(actor.getSnapshot()).toMatchObject({ status: 'error', value: 'rest', error: new Error('far enough') });
  });

  test('has the limit of the options of its machine', () => {
    expect([stepsMaxOf(circle), stepsMaxOf(kid)]).toEqual([7, Number.POSITIVE_INFINITY]);
  });
});

describe('one tick', () => {
  test('messages between actors are delivered before the outermost send returns', () => {
    const echo = createMachine({ on: { PING: { actions: sendParent({ type: 'PONG' }) } } });
    const machine = setup({ types: {} as { context: { pongs: number } }, actors: { echo } }).createMachine({
      context: { pongs: 0 },
      invoke: { id: 'echo', src: 'echo' },
      on: {
        GO: { actions: ({ self }) => (self.getSnapshot().children.echo as AnyActorRef).send({ type: 'PING' }) },
        PONG: { actions: assign({ pongs: ({ context }) => context.pongs + 1 }) },
      },
    });
    const actor = createActor(machine).start();
    actor.send({ type: 'GO' });
    expect(actor.getSnapshot().context.pongs).toBe(1);
  });

  test('an event that selects no transition keeps the snapshot object', () => {
    const actor = createActor(createMachine({})).start();
    const before = actor.getSnapshot();
    actor.send({ type: 'NOTHING' });
    expect(actor.getSnapshot()).toBe(before);
  });

  test('the children object changes exactly when the set of children does', () => {
    const machine = family.provide({});
    const actor = createActor(machine).start();
    const before = actor.getSnapshot().children;
    actor.send({ type: 'NOTHING' });
    expect(actor.getSnapshot().children).toBe(before);
    actor.send({ type: 'STOP' });
    expect(actor.getSnapshot().children).not.toBe(before);
  });

  test('a transition that changes context keeps the children object', () => {
    const machine = setup({ types: {} as { context: { n: number } }, actors: { kid } }).createMachine({
      context: { n: 0 },
      invoke: { src: 'kid' },
      on: { ADD: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
    });
    const actor = createActor(machine).start();
    const before = actor.getSnapshot().children;
    actor.send({ type: 'ADD' });
    expect(actor.getSnapshot().children).toBe(before);
  });

  test('inspectors receive every event, and a snapshot for each transition that did not throw', () => {
    const machine = createMachine({
      context: { n: 0 },
      on: {
        ADD: { actions: assign({ n: 1 }) },
        THROW: {
          actions: () => {
            throw new Error('thrown');
          },
        },
      },
    });
    const { actor, seen } = inspected(machine);
    actor.start();
    seen.length = 0;
    actor.send({ type: 'ADD' });
    expect(seen.map(event => event.type)).toEqual(expect.arrayContaining(['@xstate.event', '@xstate.snapshot']));
    seen.length = 0;
    actor.send({ type: 'THROW' });
    expect(seen.map(event => event.type)).toContain('@xstate.event');
    expect(seen.map(event => event.type)).not.toContain('@xstate.snapshot');
    expect(actor.getSnapshot().status).toBe('error');
  });

  test('events emitted by a transition before it threw are not delivered', () => {
    const received: string[] = [];
    const machine = setup({
      types: {} as { emitted: { type: 'said' } },
      actions: {
        fail: () => {
          throw new Error('thrown');
        },
      },
    }).createMachine({
      on: { SAY: { actions: emit({ type: 'said' }) }, GO: { actions: [emit({ type: 'said' }), 'fail'] } },
    });
    const actor = createActor(machine);
    actor.subscribe({ error: () => {} });
    actor.on('said', event => received.push(event.type));
    actor.start().send({ type: 'SAY' });
    actor.send({ type: 'GO' });
    expect([actor.getSnapshot().status, received]).toEqual(['error', ['said']]);
  });
});

describe('changes without inspectors', () => {
  test('every actor, event and snapshot goes through one function of the system, which can be replaced', () => {
    const actor = createActor(family);
    const received: string[] = [];
    interceptInspection(actor.system, event =>
      received.push(`${event.type.slice(8)} ${asLiveActor(event.actorRef).id}`),
    );
    actor.start();
    received.length = 0;
    actor.send({ type: 'SPAWN' });
    expect(received).toEqual([
      `event ${actor.id}`,
      'actor k2',
      `microstep ${actor.id}`,
      'event k2',
      'snapshot k2',
      `snapshot ${actor.id}`,
    ]);
  });
});

describe('persistence', () => {
  test('a reference serializes to what XState persists for it, and history is nodes with ids', () => {
    const machine = setup({ types: {} as { context: { ref: AnyActorRef } }, actors: { kid } }).createMachine({
      id: 'm',
      context: ({ spawn }) => ({ ref: spawn('kid', { id: 'k' }) }),
      initial: 'on',
      states: { on: { on: { OFF: 'off' }, initial: 'a', states: { a: {}, hist: { type: 'history' } } }, off: {} },
    });
    const actor = createActor(machine).start();
    actor.send({ type: 'OFF' });
    const { context, historyValue } = actor.getSnapshot();
    const persisted = actor.getPersistedSnapshot() as unknown as PersistedMachine;
    expect(JSON.parse(JSON.stringify(context))).toEqual(persisted.context);
    expect([context.ref, persisted.context, null, 'k'].map(isActorReference)).toEqual([true, false, false, false]);
    expect(persisted.historyValue).toEqual({ 'm.on.hist': [{ id: 'm.on.a' }] });
    expect(historyValue['m.on.hist']?.map(({ id }) => id)).toEqual(['m.on.a']);
  });

  test('the nested form restores children with id, systemId, state and syncSnapshot', () => {
    const own = (value: string | object, context: object, children: object = {}): PersistedMachine =>
      ({ status: 'active', output: undefined, error: undefined, value, context, historyValue: {}, children }) as never;
    const snapshot = own(
      {},
      {},
      {
        k: { snapshot: own('on', { received: ['before'] }), src: 'kid', systemId: 'the kid', syncSnapshot: true },
        gone: { snapshot: own('on', {}), src: 'no such source', systemId: undefined, syncSnapshot: undefined },
      },
    );
    const actor = createActor(family, { snapshot: snapshot as never }).start();
    expect(actor.system.get('the kid').getSnapshot().context).toEqual({ received: ['before'] });
    expect(asLiveActor(actor.system.get('the kid'))._syncSnapshot).toBe(true);
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['k']);
  });

  test('an actor that cannot be restored does not throw but has status error', () => {
    const snapshot = { ...createActor(kid).getPersistedSnapshot(), value: 'no such state' };
    const actor = createActor(kid, { snapshot: snapshot as never });
    expect(actor.getSnapshot().status).toBe('error');
  });

  test('a promise that was active is started again with its input', async () => {
    const inputs: unknown[] = [];
    const work = fromPromise(({ input }) => {
      inputs.push(input);
      return new Promise(() => {});
    });
    const machine = setup({ actors: { work } }).createMachine({ invoke: { id: 'w', src: 'work', input: { a: 1 } } });
    const first = createActor(machine).start();
    const stored = JSON.parse(JSON.stringify(first.getPersistedSnapshot()));
    first.stop();
    createActor(machine, { snapshot: stored }).start();
    expect(inputs).toEqual([{ a: 1 }, { a: 1 }]);
  });
});

describe('an actor restored in its place', () => {
  const counting = setup({ types: {} as { context: { n: number } }, actors: { kid } }).createMachine({
    id: 'counting',
    context: { n: 0 },
    invoke: { src: 'kid', id: 'k', systemId: 'the kid' },
    initial: 'on',
    states: {
      on: {
        after: { 50: 'off' },
        on: { ADD: { actions: assign({ n: ({ context }) => context.n + 1 }) }, END: 'over' },
      },
      off: {},
      over: { type: 'final' },
    },
  });
  const holder = setup({ actors: { counting } }).createMachine({
    invoke: { src: 'counting', id: 'c', systemId: 'c' },
    on: { 'xstate.done.actor.c': {} },
  });
  const persistedAt = (n: number): PersistedMachine => {
    const own = JSON.parse(JSON.stringify(createActor(counting).start().getPersistedSnapshot()));
    return { ...own, context: { n } };
  };

  test('keeps its place, its name and its observers; its children and its timers are gone, and others are built', () => {
    const root = createActor(holder);
    const timers: string[] = [];
    root.system.scheduler = {
      schedule: () => timers.push('schedule'),
      cancel: () => {},
      cancelAll: actor => timers.push(`cancelAll ${actor.id}`),
    };
    root.start();
    const actor = root.system.get('c');
    const child = root.system.get('the kid');
    const seen: unknown[] = [];
    actor.subscribe((snapshot: { context: { n: number } }) => seen.push(snapshot.context.n));
    timers.length = 0;
    expect(stopInPlace(asLiveActor(actor))).toBe(true);
    expect([child.getSnapshot().status, timers]).toEqual(['stopped', ['cancelAll k', 'cancelAll c']]);
    setState(asLiveActor(actor), persistedAt(7) as never);
    expect(root.system.get('the kid')).not.toBe(child);
    startInPlace(asLiveActor(actor), true);
    actor.send({ type: 'ADD' });
    expect(seen).toEqual([7, 8]);
    expect([root.system.get('c'), root.getSnapshot().children.c]).toEqual([actor, actor]);
    expect([root.system.get('the kid').getSnapshot().status, timers.includes('schedule')]).toEqual(['active', false]);
  });

  test('that had ended runs again under its name, and its parent hears of its next end', () => {
    const ends: string[] = [];
    const root = createActor(holder.provide({}), {
      inspect: event => void (event.type === '@xstate.event' && ends.push(event.event.type)),
    }).start();
    const actor = root.getSnapshot().children.c as AnyActorRef;
    const isEnd = (type: string) => type === 'xstate.done.actor.c';
    actor.send({ type: 'END' });
    expect([actor.getSnapshot().status, root.system.get('c'), ends.filter(isEnd).length]).toEqual([
      'done',
      undefined,
      1,
    ]);
    expect(stopInPlace(asLiveActor(actor))).toBe(false);
    setState(asLiveActor(actor), persistedAt(1) as never);
    startInPlace(asLiveActor(actor), false);
    expect([actor.getSnapshot().status, root.system.get('c')]).toEqual(['active', actor]);
    actor.send({ type: 'END' });
    expect(ends.filter(isEnd).length).toBe(2);
  });

  test('that ends in a state that is final is not started, and tells its parent nothing', () => {
    const types: string[] = [];
    const root = createActor(holder, {
      inspect: event => void (event.type === '@xstate.event' && types.push(event.event.type)),
    }).start();
    const actor = root.getSnapshot().children.c as AnyActorRef;
    stopInPlace(asLiveActor(actor));
    setState(asLiveActor(actor), { ...persistedAt(1), status: 'done', value: 'over', children: {} } as never);
    types.length = 0;
    startInPlace(asLiveActor(actor), true);
    expect([actor.getSnapshot().status, types]).toEqual(['done', []]);
  });
});

describe('a receiver that is not in memory', () => {
  const receiver = (parent: AnyActorRef, received: string[]): AnyActorRef =>
    createReceiver({
      ...{ id: 'asleep', sessionId: 'asleep:1', systemId: undefined, parent },
      receive: ({ type }) => received.push(type),
    });

  test('is found by its id, after the children of the snapshot', () => {
    const received: string[] = [];
    const actor = createActor(createMachine({ on: { GO: { actions: sendTo('asleep', { type: 'WAKE' }) } } })).start();
    extendChildren(actor.getSnapshot().children, { asleep: receiver(actor, received) });
    actor.send({ type: 'GO' });
    expect(received).toEqual(['WAKE']);
  });

  test('is found by its systemId, after the actors of the system', () => {
    const received: string[] = [];
    const actor = createActor(
      createMachine({ on: { GO: { actions: sendTo(({ system }) => system.get('asleep'), { type: 'WAKE' }) } } }),
      { systemId: 'root' },
    ).start();
    extendSystem(actor.system, name => (name === 'asleep' ? receiver(actor, received) : undefined));
    actor.send({ type: 'GO' });
    expect([actor.system.get('root') === actor, received]).toEqual([true, ['WAKE']]);
  });
});

describe('the scheduler', () => {
  test('can be replaced before the start, and gets every delay, cancel and the end of each actor', () => {
    const calls: unknown[][] = [];
    const machine = createMachine({
      initial: 'a',
      states: { a: { after: { 50: 'b' }, on: { NEXT: 'b' } }, b: { entry: raise({ type: 'LATER' }, { delay: 70 }) } },
    });
    const actor = createActor(machine);
    actor.system.scheduler = {
      schedule: (source, target, event, delay, id) =>
        calls.push(['schedule', source === target, event.type, delay, id]),
      cancel: (_source, id) => calls.push(['cancel', id]),
      cancelAll: () => calls.push(['cancelAll']),
    };
    actor.start();
    actor.send({ type: 'NEXT' });
    actor.stop();
    expect(calls).toEqual([
      ['schedule', true, 'xstate.after.50.(machine).a', 50, 'xstate.after.50.(machine).a'],
      ['cancel', 'xstate.after.50.(machine).a'],
      ['schedule', true, 'LATER', 70, undefined],
      ['cancelAll'],
    ]);
  });

  test('delays are not in a snapshot, so they are not set again on restore', () => {
    const machine = createMachine({ initial: 'a', states: { a: { after: { 50: 'b' } }, b: {} } });
    const first = createActor(machine).start();
    const stored = JSON.parse(JSON.stringify(first.getPersistedSnapshot()));
    first.stop();
    const calls: unknown[] = [];
    const second = createActor(machine, { snapshot: stored });
    second.system.scheduler = { schedule: () => calls.push('schedule'), cancel: () => {}, cancelAll: () => {} };
    second.start();
    expect(calls).toEqual([]);
    second.stop();
  });
});

describe('custom logic', () => {
  test('a derived logic with another transition may take a child out of the snapshot and stop it', () => {
    const machine = Object.create(family, {
      transition: {
        value: (...[snapshot, event, scope]: Parameters<typeof family.transition>) => {
          if ((event.type as string) !== 'TAKE') return family.transition(snapshot, event, scope);
          const { k, ...children } = snapshot.children;
          scope.defer(() => scope.stopChild(k as AnyActorRef));
          return { ...snapshot, children };
        },
      },
    }) as typeof family;
    const actor = createActor(machine).start();
    const child = actor.system.get('the kid');
    actor.send({ type: 'TAKE' } as never);
    expect(child.getSnapshot().status).toBe('stopped');
    expect(actor.system.get('the kid')).toBe(undefined);
    expect(actor.getSnapshot().children).toEqual({});
    actor.send({ type: 'SPAWN' });
    expect(Object.keys(actor.getSnapshot().children)).toEqual(['k2']);
  });

  test('createActor with a parent creates a child of the same system, with the given source and systemId', () => {
    const actor = createActor(family).start();
    const child = createActor(kid, { parent: actor, id: 'x', src: 'kid', systemId: 'xx', syncSnapshot: true } as never);
    expect(asLiveActor(child)).toMatchObject({ id: 'x', src: 'kid', systemId: 'xx', _syncSnapshot: true });
    expect(asLiveActor(child)._parent).toBe(actor);
    expect(actor.system.get('xx')).toBe(child);
  });

  test('a root that threw leaves its children running, and stopTree ends them', () => {
    const machine = family.provide({});
    const actor = createActor(
      createMachine({
        invoke: { id: 'f', src: machine },
        on: {
          THROW: {
            actions: () => {
              throw new Error('thrown');
            },
          },
        },
      }),
    );
    actor.subscribe({ error: () => {} });
    actor.start();
    const child = actor.getSnapshot().children.f as AnyActorRef;
    actor.send({ type: 'THROW' });
    expect([actor.getSnapshot().status, child.getSnapshot().status]).toEqual(['error', 'active']);
    stopAll(asLiveActor(actor) as never);
    expect(child.getSnapshot().status).toBe('stopped');
  });

  test('stopping the root aborts the signals of running promises and reaches every child', () => {
    let signal: AbortSignal | undefined;
    const work = fromPromise(({ signal: given }) => {
      signal = given;
      return new Promise(() => {});
    });
    const actor = createActor(setup({ actors: { work } }).createMachine({ invoke: { src: 'work' } })).start();
    expect(signal?.aborted).toBe(false);
    actor.stop();
    expect(signal?.aborted).toBe(true);
  });
});

test.each([
  'GUARD',
  'ACTION',
])('an actor whose %s throws has a snapshot of status error, and its parent gets the error', type => {
  const breaks = () => {
    throw new Error('a bug');
  };
  const faulty = createMachine({
    context: { count: 1 },
    initial: 'on',
    states: {
      on: { on: { GUARD: { guard: breaks, target: 'off' }, ACTION: { actions: breaks, target: 'off' } } },
      off: {},
    },
  });
  const errors: unknown[] = [];
  const parent = setup({ actors: { faulty } }).createMachine({
    entry: spawnChild('faulty', { id: 'f' }),
    on: { 'xstate.error.actor.f': { actions: ({ event }) => void errors.push(event.error) } },
  });
  const child = createActor(parent).start().getSnapshot().children.f as AnyActorRef;
  child.send({ type });
  expect(errors).toMatchObject([{ message: expect.stringContaining('a bug') }]);
  expect(child.getSnapshot()).toMatchObject({ status: 'error', value: 'on', context: { count: 1 } });
});

describe('work with an end of its own, in the place of a promise', () => {
  interface Started {
    input: unknown;
    isAborted: boolean;
    resolve(value: string): void;
    reject(error: unknown): void;
  }

  const endless = () => fromPromise<string, unknown>(() => new Promise(() => {}));

  const workers = () => {
    const started: Started[] = [];
    const work = fromWork<string, { a: number }>(endless(), ({ input }) => {
      const { promise, resolve, reject } = deferred<string>();
      const one: Started = { input, isAborted: false, resolve, reject };
      started.push(one);
      const abort = () => {
        one.isAborted = true;
      };
      return { result: promise, abort };
    });
    const machine = setup({ actors: { work } }).createMachine({
      initial: 'on',
      states: {
        on: {
          invoke: { id: 'w', src: 'work', input: { a: 1 }, onDone: 'done', onError: 'failed' },
          on: { STOP: 'off' },
        },
        done: {},
        failed: {},
        off: {},
      },
    });
    return { started, machine };
  };

  test.each(['promise', 'work'])('a %s has the snapshots of an actor that runs, is done and has failed', async kind => {
    const ends = new Map<string, (by: unknown) => void>();
    const pending = () =>
      new Promise<string>((resolve, reject) => ends.set('resolve', resolve as never).set('reject', reject));
    const logic =
      kind === 'promise'
        ? fromPromise(pending)
        : fromWork<string, unknown>(endless(), () => ({ result: pending(), abort: () => {} }));
    const seen = [];
    for (const end of ['resolve', 'reject']) {
      const actor = createActor(logic, { input: { a: 1 } } as never).start();
      actor.subscribe({ error: () => {} });
      seen.push(actor.getPersistedSnapshot());
      ends.get(end)?.('end');
      await Promise.resolve();
      seen.push(actor.getPersistedSnapshot());
    }
    const active = { status: 'active', input: { a: 1 } };
    expect(seen).toMatchObject([active, { status: 'done', output: 'end' }, active, { status: 'error', error: 'end' }]);
  });

  test('its result and its error reach the parent', async () => {
    const { started, machine } = workers();
    const [one, other] = [createActor(machine).start(), createActor(machine).start()];
    started[0]?.resolve('x');
    started[1]?.reject(new Error('y'));
    await Promise.resolve();
    expect([one.getSnapshot().value, other.getSnapshot().value]).toEqual(['done', 'failed']);
  });

  test('it is aborted when its actor stops, and once it has ended it is not', async () => {
    const { started, machine } = workers();
    const [stopped, ended] = [createActor(machine).start(), createActor(machine).start()];
    stopped.send({ type: 'STOP' });
    started[1]?.resolve('x');
    await Promise.resolve();
    ended.stop();
    expect(started.map(({ isAborted }) => isAborted)).toEqual([true, false]);
    started[0]?.resolve('late');
    await Promise.resolve();
    expect(stopped.getSnapshot().value).toBe('off');
  });

  test('one that was active is started again with its input', () => {
    const { started, machine } = workers();
    const snapshot = JSON.parse(JSON.stringify(createActor(machine).start().getPersistedSnapshot()));
    createActor(machine, { snapshot }).start();
    expect(started.map(({ input }) => input)).toEqual([{ a: 1 }, { a: 1 }]);
  });
});

test('these tests load the build of XState that warns, so no step of npm test repeats them with it', () => {
  expect(createRequire(import.meta.url).resolve('xstate')).toContain('xstate.development.');
});
