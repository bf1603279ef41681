import { describe, expect, test } from 'vitest';
import { type AnyActorRef, type AnyStateMachine, assign, raise, setup, spawnChild } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { openDurable } from '../../src/durable/system.ts';
import { crashableStore } from './shop-machine.ts';

const circle = { a: { always: 'b' }, b: { always: 'a' } };

/** Goes round in circles on request, in each way that a machine can. */
const spinner = setup({
  types: {} as {
    context: { count: number; limit: number };
    events: { type: 'ALWAYS' | 'RAISE' | 'ASSIGN' | 'COUNT' | 'NOTIFY' };
  },
  guards: { isBelow: ({ context }) => context.count < context.limit },
  actions: {
    count: assign({ count: ({ context }) => context.count + 1 }),
    notifyListener: ({ system }) => (system.get('listener') as AnyActorRef | undefined)?.send({ type: 'NOTIFIED' }),
  },
}).createMachine({
  id: 'spinner',
  context: { count: 0, limit: Number.POSITIVE_INFINITY },
  initial: 'rest',
  states: {
    rest: {
      on: {
        ALWAYS: 'circling',
        RAISE: { actions: raise({ type: 'RAISE' }) },
        ASSIGN: 'counting',
        COUNT: { actions: 'count' },
        NOTIFY: { actions: ['notifyListener', raise({ type: 'NOTIFY' })] },
      },
    },
    circling: { initial: 'a', states: circle },
    counting: { always: { guard: 'isBelow', actions: 'count' } },
  },
});

const listener = setup({}).createMachine({ id: 'listener', on: { NOTIFIED: { actions: () => {} } } });

const parent = setup({
  types: {} as { context: { errors: unknown[] } },
  actors: { spinner, listener },
}).createMachine({
  id: 'parent',
  context: { errors: [] },
  entry: [spawnChild('listener', { id: 'l', systemId: 'listener' }), spawnChild('spinner', { id: 's', systemId: 's' })],
  on: {
    AGAIN: { actions: spawnChild('spinner', { id: 's2', systemId: 's2' }) },
    'xstate.error.actor.s': {
      actions: assign({ errors: ({ context, event }) => [...context.errors, (event as { error?: unknown }).error] }),
    },
  },
});

const clock = manualClock();
const open = async <Logic extends AnyStateMachine>(machine: Logic, rows = crashableStore()) =>
  openDurable({ store: await rows.open(), machine, clock });

describe('[R262] a machine that never comes to rest', () => {
  test.each([
    'ALWAYS',
    'RAISE',
    'ASSIGN',
    'NOTIFY',
  ])('fails with its path, and its parent handles that: %s', async type => {
    const rows = crashableStore();
    const system = await open(parent, rows);
    await system.command('spin', () => system.get('s').send({ type }));
    const { errors } = system.root.getSnapshot().context;
    expect(errors).toMatchObject([
      {
        code: 'ENDLESS_LOOP',
        where: 'root/s',
        message: `The machine "root/s" took 10000 steps and came to no rest: an always or a raise leads back to itself. The last event was "${type}".`,
      },
    ]);
    await system.command('again', root => root.send({ type: 'AGAIN' }));
    await system.command('count', () => system.get('s2').send({ type: 'COUNT' }));
    const again = await open(parent, rows);
    expect(again.root.getSnapshot().context.errors).toMatchObject([{ code: 'ENDLESS_LOOP' }]);
    expect(again.get('s2').getSnapshot()).toMatchObject({ context: { count: 1 } });
    await again.close();
  });

  test('and is the root ends the system; the store keeps the state before the event', async () => {
    const rows = crashableStore();
    const first = await open(spinner, rows);
    await first.command('count', root => root.send({ type: 'COUNT' }));
    const spinning = first.command('spin', root => root.send({ type: 'ASSIGN' }));
    await expect(spinning).rejects.toMatchObject({ code: 'ENDLESS_LOOP', where: 'root' });
    const second = await open(spinner, rows);
    expect(second.root.getSnapshot()).toMatchObject({ status: 'active', value: 'rest', context: { count: 1 } });
    await second.close();
  });

  test('and is new does not open, with and without a listener for inspection events', async () => {
    const machine = setup({}).createMachine({ id: 'dizzy', initial: 'a', states: circle });
    const refusal = { code: 'ENDLESS_LOOP', where: 'root' };
    await expect(open(machine)).rejects.toMatchObject(refusal);
    const store = await crashableStore().open();
    await expect(openDurable({ store, machine, clock, inspect: () => {} })).rejects.toMatchObject(refusal);
  });
});

describe('a machine of many steps', () => {
  const counting = (limit: number, options = {}) =>
    setup({
      types: {} as { context: { count: number } },
      guards: { isBelow: ({ context }) => context.count < limit },
      actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
    }).createMachine({
      context: { count: 0 },
      options,
      initial: 'rest',
      states: {
        rest: { on: { GO: 'counting', ONE: { actions: 'count' } } },
        counting: { always: { guard: 'isBelow', actions: 'count' } },
      },
    });

  test('may take 9,999 on one event, and any number on many', async () => {
    const system = await open(counting(9_999));
    for (let at = 0; at < 20_000; at++) system.root.send({ type: 'ONE' });
    await system.barrier();
    expect(system.root.getSnapshot().context.count).toBe(20_000);
    await system.close();
    const other = await open(counting(9_999));
    await other.command('go', root => root.send({ type: 'GO' }));
    expect(other.root.getSnapshot().context.count).toBe(9_999);
    await other.close();
  });

  test('takes as many as its own options allow', async () => {
    const more = await open(counting(15_000, { maxIterations: 20_000 }));
    await more.command('go', root => root.send({ type: 'GO' }));
    expect(more.root.getSnapshot().context.count).toBe(15_000);
    await more.close();
  });
});
