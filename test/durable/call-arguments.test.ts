/** What a program that is not type-checked may pass, such as the body or a missing header of a request. */
import { describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { memoryStore, openDurable } from '../../src/durable.ts';

const counter = setup({ types: {} as { context: { count: number } } }).createMachine({
  id: 'counter',
  context: { count: 0 },
  on: {
    ADD: { actions: assign({ count: ({ context }) => context.count + 1 }) },
    LOOP: '.a',
    BREAK: {
      actions: () => {
        throw new Error('broken');
      },
    },
  },
  initial: 'rest',
  states: { rest: {}, a: { always: 'b' }, b: { always: 'a' } },
});

const open = (more: object = {}) =>
  openDurable({ store: memoryStore(), machines: { counter }, clock: manualClock(), ...more });

const missing = [undefined, null, '', 17, {}] as unknown as string[];

describe('[R251] an instance does not change for', () => {
  test.each([undefined, null, 'ADD', {}, { type: 5 }, { type: '' }])('the event %j', async event => {
    await using system = await open();
    const instance = await system.start('counter', { id: '1' });
    await expect(instance.send(event as never)).rejects.toThrow(TypeError);
    await expect(instance.command('k', event as never)).rejects.toThrow(/must be an object whose type is a string/);
    expect(await instance.info()).toMatchObject({ status: 'running' });
    expect(await instance.command('k', { type: 'ADD' })).toEqual({ duplicate: false });
  });

  test.each(missing)('a command whose key is %j, which would be one key for all', async key => {
    await using system = await open();
    const instance = await system.start('counter', { id: '1' });
    await expect(instance.command(key, { type: 'ADD' })).rejects.toThrow(/^The key of a command must be a string/);
    expect(await instance.query(({ context }) => context.count)).toBe(0);
  });
});

test.each(missing)('[R250] No instance is started or found with the id %j', async id => {
  await using system = await open();
  await expect(system.start('counter', { id })).rejects.toThrow('The id of an instance of "counter" must be a string');
  expect(() => system.get('counter', id)).toThrow(TypeError);
  expect(await system.list()).toEqual([]);
});

test.each(missing)('[R256] A command of a root is refused when its key is %j', async key => {
  await using system = await openDurable({ store: memoryStore(), machine: counter, clock: manualClock() });
  await expect(system.command(key, root => root.send({ type: 'ADD' }))).rejects.toThrow(TypeError);
  expect(system.root.getSnapshot().context.count).toBe(0);
});

test('The error of an argument shows its kind, and not what it holds', async () => {
  await using system = await open();
  const instance = await system.start('counter', { id: '1' });
  const error = await instance.send({ token: 'secret' } as never).catch(String);
  expect(error).toBe(
    'TypeError: An event must be an object whose type is a string that is not empty; it is one without a type.',
  );
});

describe('A listing is refused for', () => {
  test.each([{ status: 'runing' }, { limit: -1 }, { limit: Number.NaN }])('%j', async filter => {
    await using system = await open();
    await expect(system.list(filter as never)).rejects.toThrow(TypeError);
  });
});

describe('Opening is refused, before the store is opened,', () => {
  const refused: [string, object, RegExp][] = [
    ['without a store', { machine: counter }, /needs a store/],
    ['without a machine', { store: memoryStore() }, /either machine/],
    [
      'with one root and many instances',
      { store: memoryStore(), machine: counter, machines: { counter } },
      /either machine/,
    ],
    [
      'with a config instead of a machine',
      { store: memoryStore(), machine: { id: 'x' } },
      /^machine must be a state machine/,
    ],
    [
      'with a config among the machines',
      { store: memoryStore(), machines: { x: [counter, {}] } },
      /^machines\.x must be/,
    ],
    [
      'with search attributes of an unknown machine',
      { store: memoryStore(), machines: { counter }, search: { countr: {} } },
      /no machine of this name/,
    ],
  ];
  test.each(refused)('%s', async (_, options, message) => {
    await expect(async () => openDurable(options as never)).rejects.toThrow(message);
  });
});

describe('[R251] the errors of an instance name it', () => {
  test.each([
    ['BREAK', 'INSTANCE_FAILED', 'The instance "counter/1" failed: broken'],
    ['LOOP', 'ENDLESS_LOOP', /^The machine "counter\/1" took/],
  ])('%s', async (type, code, message) => {
    await using system = await open();
    const instance = await system.start('counter', { id: '1' });
    const error = (await instance.send({ type } as never).catch((raised: unknown) => raised)) as Error;
    expect(error).toMatchObject({ code, where: 'counter/1' });
    expect(error.message).toMatch(message);
    await expect(instance.query(() => 1)).rejects.toMatchObject({ code, where: 'counter/1' });
  });
});

test('A snapshot that is none is refused, and the instance goes on', async () => {
  await using system = await open();
  const instance = await system.start('counter', { id: '1' });
  for (const none of [null, undefined, {}])
    await expect(instance.restore(none as never)).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
  expect(await instance.info()).toMatchObject({ status: 'running' });
});
