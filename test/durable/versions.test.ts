import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, assign, createMachine, setup, spawnChild } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import type { Migration } from '../../src/durable/migrations.ts';
import { openDurable } from '../../src/durable/system.ts';
import { openDurable as openInstances, type PersistedState } from '../../src/durable.ts';
import { crashableStore } from './shop-machine.ts';

interface Identity {
  id?: string;
  version?: string;
}

const leaf = (identity: Identity) => createMachine({ ...identity, initial: 'here', states: { here: {}, there: {} } });

const above = (child: AnyStateMachine) =>
  setup({ actors: { child } }).createMachine({
    id: 'above',
    version: '1',
    entry: spawnChild('child', { id: 'below' }),
  });

/** The machine of the identity as the root, and two levels below it. */
const places = [
  { path: 'root', src: 'root', machineOf: leaf },
  { path: 'root/below/below', src: 'child', machineOf: (identity: Identity) => above(above(leaf(identity))) },
];

async function stored(machine: AnyStateMachine) {
  const rows = crashableStore();
  const system = await openDurable({ store: await rows.open(), machine, clock: manualClock() });
  const snapshot = await system.snapshot();
  await system.close();
  const open = async (current: AnyStateMachine, migrations: Record<string, Migration> = {}) =>
    openDurable({ store: await rows.open(), machine: current, clock: manualClock(), migrations });
  return { rows, snapshot, open };
}

const order = (version?: string): Identity => ({ id: 'order', ...(version === undefined ? {} : { version }) });
const older = (stored: string, current: string) =>
  `it was stored by version ${stored}, and this is the older version ${current}.`;
const other = (stored: string, current: string) =>
  `it was stored by the machine "${stored}", and this is "${current}".`;
const missing = (stored: string, current: string, src: string) =>
  `it was stored by version ${stored}, and this is version ${current}; a migration for "${src}" is missing.`;

type Expected = 'opens' | 'is migrated' | ((src: string) => string);

/** What stored it, what opens it, and what happens without a migration and with one. */
const matrix: [stored: Identity, current: Identity, without: Expected, withMigration: Expected][] = [
  [order(), order(), 'opens', 'opens'],
  [order('2'), order('2'), 'opens', 'opens'],
  [{}, {}, 'opens', 'opens'],
  [{}, order(), 'opens', 'opens'],
  [order(), {}, 'opens', 'opens'],
  [order(), { id: 'shop' }, () => other('order', 'shop'), () => other('order', 'shop')],
  [order('1'), { id: 'shop', version: '1' }, () => other('order', 'shop'), () => other('order', 'shop')],
  [order('1'), { id: 'shop', version: '2' }, () => other('order', 'shop'), 'is migrated'],
  [order('1'), order('2'), src => missing('1', '2', src), 'is migrated'],
  [order('1.9'), order('1.10'), src => missing('1.9', '1.10', src), 'is migrated'],
  [order(), order('1'), src => missing('none', '1', src), 'is migrated'],
  [order('1'), order(), src => missing('1', 'none', src), 'is migrated'],
  [order('2024-b'), order('2024-a'), src => missing('2024-b', '2024-a', src), 'is migrated'],
  [order('1'), order('1.0'), src => missing('1', '1.0', src), 'is migrated'],
  [order('2'), order('1'), () => older('2', '1'), () => older('2', '1')],
  [order('1.10'), order('1.9.5'), () => older('1.10', '1.9.5'), () => older('1.10', '1.9.5')],
];

const nameOf = ({ id = 'unnamed', version = 'none' }: Identity) => `${id} ${version}`;

describe.each(places)('[R257] a record at $path', ({ path, src, machineOf }) => {
  const cases = matrix.flatMap(([before, now, without, withMigration]) => [
    { name: `of ${nameOf(before)}, opened by ${nameOf(now)}`, before, now, expected: without, migrations: {} },
    {
      ...{ name: `of ${nameOf(before)}, opened by ${nameOf(now)} with a migration`, before, now },
      ...{ expected: withMigration, migrations: { [src]: () => ({ value: 'there' }) } },
    },
  ]);

  test.each(cases)('$name', async ({ before, now, expected, migrations }) => {
    const { rows, open } = await stored(machineOf(before));
    const rowsBefore = await rows.rows();
    const opening = open(machineOf(now), migrations);
    if (typeof expected === 'function') {
      await expect(opening).rejects.toMatchObject({
        code: 'RESTORE_FAILED',
        where: path,
        message: `The actor "${path}" cannot be restored: ${expected(src)}`,
      });
      expect(await rows.rows()).toEqual(rowsBefore);
      return;
    }
    const system = await opening;
    const { actor } = await system.snapshot();
    const record = path === 'root' ? actor : actor.children?.[0]?.children?.[0];
    expect(record).toMatchObject({ state: { value: expected === 'opens' ? 'here' : 'there' } });
    await system.close();
    if (expected === 'is migrated') await (await open(machineOf(now))).close();
  });
});

test('[R257] a snapshot has the id and the version of each machine, and is refused like a record', async () => {
  const { snapshot } = await stored(above(leaf(order('1'))));
  expect(snapshot.actor).toMatchObject({
    machine: 'above',
    version: '1',
    children: [{ machine: 'order', version: '1' }],
  });
  const { open } = await stored(above(leaf(order('2'))));
  const system = await open(above(leaf(order('2'))));
  await expect(system.restore('root', snapshot)).rejects.toMatchObject({ code: 'RESTORE_FAILED', where: 'root/below' });
  await system.close();
});

test('[R257] an actor that sleeps is checked when the store is opened, before it wakes', async () => {
  const rows = crashableStore();
  const open = async (version: string, migrations: Record<string, Migration> = {}) =>
    openDurable({ store: await rows.open(), machine: above(leaf(order(version))), clock: manualClock(), migrations });
  const first = await open('1');
  await first.passivate('below');
  await first.close();
  await expect(open('2')).rejects.toMatchObject({ code: 'RESTORE_FAILED', where: 'root/below' });
  const second = await open('2', { child: () => ({ value: 'there' }) });
  await second.activate('below');
  const { actor } = await second.snapshot();
  expect(actor.children).toMatchObject([{ version: '2', state: { value: 'there' } }]);
  await second.close();
});

test('a record without the id of its machine, as earlier versions wrote it, opens', async () => {
  const { rows, open } = await stored(leaf(order('1')));
  const [[key = '', row] = []] = await rows.rows('a/');
  const { machine, ...rest } = row as { machine: string };
  expect(machine).toBe('order');
  await (await rows.open()).batch([{ type: 'put', key, value: rest }]);
  await (await open(leaf({ id: 'shop', version: '1' }))).close();
});

describe('[R257] versions side by side', () => {
  const versionOf = (version: string, greeting: string) =>
    setup({ types: {} as { context: { greeting: string }; events: { type: 'GREET' } } }).createMachine({
      id: 'host',
      version,
      context: { greeting: '' },
      on: { GREET: { actions: assign({ greeting: () => greeting }) } },
    });
  const [v1, v2, v10] = [versionOf('1', 'hello'), versionOf('2', 'good day'), versionOf('10', 'welcome')];
  const rows = crashableStore();
  const open = async (host: typeof v1 | (typeof v1)[], more: object = {}) =>
    openInstances({ store: await rows.open(), machines: { host }, clock: manualClock(1_000), ...more });
  const greet = async (system: Awaited<ReturnType<typeof open>>, id: string) => {
    const instance = system.get('host', id);
    await instance.send({ type: 'GREET' });
    return instance.query(({ context }) => context.greeting);
  };

  test('running instances stay on theirs, new ones start on the newest, and both are listed', async () => {
    const first = await open(v1);
    await first.start('host', { id: 'a' });
    await first.close();
    const second = await open([v10, v1, v2]);
    await second.start('host', { id: 'b' });
    expect([await greet(second, 'a'), await greet(second, 'b')]).toEqual(['hello', 'welcome']);
    const ids = async (version: string) => (await second.list({ version })).map(({ id }) => id);
    expect([await ids('1'), await ids('2'), await ids('10')]).toEqual([['a'], [], ['b']]);
    await second.close();
    // Without its version an instance needs a migration to the newest.
    const third = await open([v2, v10]);
    await expect(greet(third, 'a')).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
    await third.close();
    const migrations = { host: (state: PersistedState) => state };
    await using fourth = await open([v2, v10], { migrations });
    await fourth.get('host', 'a').resume();
    expect(await greet(fourth, 'a')).toBe('welcome');
    expect((await fourth.list({ version: '10' })).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('must differ', async () => {
    await expect(open([v1, versionOf('1', 'again')])).rejects.toThrow(TypeError);
    await expect(open([])).rejects.toThrow(TypeError);
  });
});
