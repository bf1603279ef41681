import { describe, expect, test } from 'vitest';
import { createMachine, setup, spawnChild } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import type { DurableSystem } from '../../src/durable/api.ts';
import { openDurable } from '../../src/durable/system.ts';
import { hintLine } from '../hint-line.ts';
import {
  counterSnapshot,
  crashableStore,
  createCounterMachine,
  createShopMachine,
  deferred,
  type Job,
  openShop,
  sendToCounter,
  waitForSnapshot,
} from './shop-machine.ts';

const never: Job = () => new Promise(() => {});

async function world(job: Job = never) {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const fatal: unknown[] = [];
  const open = async (nextJob: Job = job, rest: object = {}) =>
    (await openShop(createShopMachine(nextJob), {
      store: await rows.open(),
      clock,
      onFatal: error => fatal.push(error),
      ...rest,
    })) as unknown as DurableSystem;
  const system = await open();
  await system.command('open', root => {
    root.send({ type: 'OPEN', id: 'a' });
    root.send({ type: 'OPEN', id: 'b' });
  });
  await system.command('add', () => sendToCounter(system, 'a', { type: 'ADD', amount: 5 }));
  return { rows, clock, open, system, fatal };
}

const keys = (rows: [string, unknown][]) => rows.map(([key]) => key);

describe('a passivated child', () => {
  test('leaves memory, registry and the rows read on opening, and its sibling continues', async () => {
    const { rows, system } = await world();
    await system.passivate('a');
    expect(system.passivated()).toEqual(['a']);
    expect(() => system.get('a')).toThrow(expect.objectContaining({ code: 'UNKNOWN_ACTOR' }));
    expect(Object.keys(system.root.getSnapshot().children)).toEqual(['b']);
    expect(system.stats()).toMatchObject({ actors: 2, passivated: 1 });
    expect(keys(await rows.rows()).filter(key => /^[asz]\//.test(key))).toEqual([
      'a/00000001',
      'a/00000001/now',
      'a/00000003',
      's/00000002',
      'z/00000002/a/00000002',
    ]);
    sendToCounter(system, 'b', { type: 'ADD', amount: 1 });
    expect(counterSnapshot(system, 'b').context.total).toBe(1);
    await system.close();
  });

  test('is activated with its state and identity', async () => {
    const { rows, system } = await world();
    await system.passivate('a');
    await system.activate('a');
    expect(counterSnapshot(system, 'a').context.total).toBe(5);
    expect(system.passivated()).toEqual([]);
    sendToCounter(system, 'a', { type: 'ADD', amount: 1 });
    await system.barrier();
    expect(keys(await rows.rows()).filter(key => /^[asz]\//.test(key))).toEqual([
      'a/00000001',
      'a/00000001/now',
      'a/00000002',
      'a/00000002/now',
      'a/00000003',
    ]);
    await system.close();
  });

  test('is still passivated after a restart, and can then be activated', async () => {
    const { open, system } = await world();
    await system.passivate('a');
    const again = await open();
    expect(again.passivated()).toEqual(['a']);
    expect(again.stats().restored.actors).toBe(2);
    await again.activate('a');
    expect(counterSnapshot(again, 'a').context.total).toBe(5);
    const third = await open();
    expect(third.passivated()).toEqual([]);
    expect(counterSnapshot(third, 'a').context.total).toBe(5);
    await third.close();
  });

  test('is passivated and activated once, however often it is requested', async () => {
    const { system } = await world();
    await Promise.all([system.passivate('a'), system.passivate('a')]);
    await Promise.all([system.activate('a'), system.activate('a')]);
    await system.activate('a');
    expect(counterSnapshot(system, 'a').context.total).toBe(5);
    expect(system.stats()).toMatchObject({ actors: 3, passivated: 0 });
    await system.close();
  });

  test('includes its running effects: aborted, then run again under the same keys with their steps kept', async () => {
    const asked: string[] = [];
    const stepped: string[] = [];
    let signal: AbortSignal | undefined;
    const hang = deferred<void>();
    const job =
      (end: boolean): Job =>
      async context => {
        asked.push(context.key);
        signal = context.signal;
        const one = await context.step('one', async () => {
          stepped.push('ran');
          return 'kept';
        });
        if (!end) {
          hang.resolve();
          await new Promise(() => {});
        }
        return one;
      };
    const { rows, open, system } = await world(job(false));
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await hang.promise;
    await system.passivate('a');
    expect(signal?.aborted).toBe(true);
    const again = await open(job(true));
    expect(keys(await rows.rows('r/'))).toEqual(['r/00000004/one']);
    await again.activate('a');
    await waitForSnapshot(again.get('a'), ({ context }) => context.answers.length === 1);
    expect(counterSnapshot(again, 'a').context.answers).toEqual(['kept']);
    expect([asked, stepped]).toEqual([['00000004', '00000004'], ['ran']]);
    await again.barrier();
    expect(keys(await rows.rows('r/'))).toEqual([]);
    await again.close();
  });

  test('leaves nothing of actors that stopped in the tick of its passivation', async () => {
    const { rows, open, system } = await world();
    sendToCounter(system, 'a', { type: 'WORK', job: 'x' });
    await system.barrier();
    expect(keys(await rows.rows('a/'))).toContain('a/00000004');
    sendToCounter(system, 'a', { type: 'STOP_WORK' });
    await system.passivate('a');
    expect(keys(await rows.rows('a/'))).not.toContain('a/00000004');
    const again = await open();
    expect(again.passivated()).toEqual(['a']);
    await again.close();
  });

  test('is activated by the first of its timers, and the others keep their deadlines', async () => {
    const { rows, clock, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 100, id: 'first' });
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 900, id: 'second' });
    await system.passivate('a');
    expect(system.stats().timers).toBe(0);
    expect(keys(await rows.rows('t/'))).toEqual([]);
    clock.advance(100);
    while (system.passivated().length > 0) await new Promise(resolve => setImmediate(resolve));
    clock.advance(0);
    expect(counterSnapshot(system, 'a').context.total).toBe(6);
    await system.barrier();
    expect(await rows.rows('t/')).toMatchObject([['t/00000002/second', { due: 1_900 }]]);
    clock.advance(800);
    expect(counterSnapshot(system, 'a').context.total).toBe(7);
    await system.close();
  });

  test('is not activated after closing', async () => {
    const { clock, open, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 100 });
    await system.passivate('a');
    await system.close();
    clock.advance(1_000);
    const again = await open();
    expect(again.passivated()).toEqual(['a']);
    await again.close();
  });

  test('may be activated while its passivation is not on disk yet', async () => {
    const { system } = await world();
    const falling = system.passivate('a');
    await system.activate('a');
    await falling;
    expect(counterSnapshot(system, 'a').context.total).toBe(5);
    await system.close();
  });

  test('is complete with its whole subtree', async () => {
    const leaf = setup({}).createMachine({ id: 'leaf', initial: 'green', states: { green: {} } });
    const twig = setup({ actors: { leaf } }).createMachine({
      id: 'twig',
      entry: spawnChild('leaf', { id: 'leaf', systemId: 'the leaf', syncSnapshot: true }),
    });
    const tree = setup({ actors: { twig } }).createMachine({
      id: 'tree',
      entry: spawnChild('twig', { id: 'twig', systemId: 'the twig' }),
    });
    const rows = crashableStore();
    const system = await openDurable({ store: await rows.open(), machine: tree, clock: manualClock() });
    await system.passivate('the twig');
    expect(system.stats().actors).toBe(1);
    await system.activate('the twig');
    expect(system.get('the leaf').getSnapshot()).toMatchObject({ value: 'green' });
    expect(keys(await rows.rows('a/'))).toEqual(['a/00000001', 'a/00000001/now', 'a/00000002', 'a/00000003']);
    await system.close();
  });
});

describe('a failed passivation or activation says why and changes nothing', () => {
  test('for a child that does not exist', async () => {
    const { system } = await world();
    await expect(system.passivate('absent')).rejects.toMatchObject({ code: 'UNKNOWN_ACTOR', where: 'absent' });
    await expect(system.activate('absent')).rejects.toMatchObject({ code: 'UNKNOWN_ACTOR' });
    await system.close();
  });

  test('for a child with inline logic', async () => {
    const machine = createMachine({ invoke: { id: 'kid', src: createCounterMachine(never), input: {} } });
    const system = await openDurable({ store: await crashableStore().open(), machine, clock: manualClock() });
    await expect(system.passivate('kid')).rejects.toThrow(TypeError);
    await system.close();
  });

  test('for a child whose source no longer exists', async () => {
    const { rows, system } = await world();
    await system.passivate('a');
    await system.command('shut', root => root.send({ type: 'SHUT', id: 'b' }));
    await system.close();
    const bare = setup({ types: {} as { context: { opened: number } } }).createMachine({ context: { opened: 0 } });
    const again = await openDurable({ store: await rows.open(), machine: bare, clock: manualClock() });
    await expect(again.activate('a')).rejects.toMatchObject({ code: 'RESTORE_FAILED', where: 'a' });
    expect(again.passivated()).toEqual(['a']);
    await again.close();
  });

  test('for a child whose stored state is of another version', async () => {
    const { rows, open, system } = await world();
    await system.passivate('a');
    const store = await rows.open();
    const row = (await store.get('z/00000002/a/00000002')) as { state: object };
    await store.batch([
      {
        type: 'put',
        key: 'z/00000002/a/00000002',
        value: { ...row, version: '0', state: { ...row.state, value: 'old' } },
      },
    ]);
    await expect(system.activate('a')).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
    expect(system.root.getSnapshot().status).toBe('active');
    const migrations = { counter: (state: object) => ({ ...state, value: 'idle' }) };
    const again = await open(never, { migrations });
    await again.activate('a');
    expect(counterSnapshot(again, 'a')).toMatchObject({ value: 'idle', context: { total: 5 } });
    await again.close();
  });

  test('for a child whose rows were lost', async () => {
    const { rows, system, fatal, clock } = await world();
    sendToCounter(system, 'a', { type: 'LATER', delayMs: 100 });
    await system.passivate('a');
    await (await rows.open()).batch([{ type: 'del', key: 'z/00000002/a/00000002' }]);
    await expect(system.activate('a')).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      hints: [hintLine('troupe doctor --repair')],
    });
    clock.advance(100);
    while (fatal.length === 0) await new Promise(resolve => setImmediate(resolve));
    expect(fatal).toMatchObject([{ code: 'STORE_DAMAGED' }]);
  });

  test('for a child whose systemId was taken meanwhile', async () => {
    const { system } = await world();
    await system.passivate('a');
    await system.command('again', root => root.send({ type: 'OPEN', id: 'a' }));
    await expect(system.activate('a')).rejects.toMatchObject({ code: 'RESTORE_FAILED', where: 'a' });
    expect(system.root.getSnapshot().status).toBe('active');
    await system.close();
  });

  test('the activation event is the runtime’s own', async () => {
    const { system } = await world();
    await expect(
      system.command('forge', root => root.send({ type: 'troupe.activate', id: 'a' } as never)),
    ).rejects.toMatchObject({ code: 'ROOT_FAILED', message: 'troupe.activate is sent by the durable runtime only.' });
  });

  test('a timer of a passivated actor to an actor outside finds it after activation, and so does one of an actor outside to it', async () => {
    const { clock, open, system } = await world();
    sendToCounter(system, 'a', { type: 'LATER_TO', target: 'b', delayMs: 100 });
    sendToCounter(system, 'b', { type: 'LATER_TO', target: 'a', delayMs: 100 });
    await system.passivate('a');
    await system.close();
    const again = await open();
    expect(again.stats().timers).toBe(1);
    await again.activate('a');
    clock.advance(100);
    expect([counterSnapshot(again, 'a').context.total, counterSnapshot(again, 'b').context.total]).toEqual([15, 10]);
    await again.close();
  });
});
