/** Tries to lose data unnoticed: every kind of missing row must be reported at opening, and repaired on request. */

import { describe, expect, test } from 'vitest';
import { createMachine, setup, spawnChild } from 'xstate';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import type { DurableSystem } from '../../src/durable/api.ts';
import { retainedCommits } from '../../src/durable/keys.ts';
import { repairStore } from '../../src/durable/repair.ts';
import { openDurable } from '../../src/durable/system.ts';
import { hintLine } from '../hint-line.ts';
import { counterSnapshot, crashableStore, createShopMachine, openShop, sendToCounter } from './shop-machine.ts';

async function world(commands = 5) {
  const rows = crashableStore();
  const system = (await openShop(createShopMachine(), { store: await rows.open() })) as unknown as DurableSystem;
  await system.command('open', root => {
    root.send({ type: 'OPEN', id: 'a' });
    root.send({ type: 'OPEN', id: 'b' });
  });
  for (let at = 0; at < commands; at++) {
    await system.command(`add${at}`, () => sendToCounter(system, 'a', { type: 'ADD', amount: 1 }));
  }
  await system.close();
  const reopen = async () =>
    (await openShop(createShopMachine(), { store: await rows.open() })) as unknown as DurableSystem;
  const lose = async (...keys: string[]) => {
    await (await rows.open()).batch(keys.map(key => ({ type: 'del' as const, key })));
  };
  return { rows, reopen, lose };
}

const repairable = (message: RegExp) =>
  expect.objectContaining({
    code: 'STORE_DAMAGED',
    message: expect.stringMatching(message),
    hints: [hintLine('troupe doctor --repair')],
  });

describe('a store that lost', () => {
  test('its format is damaged', async () => {
    const { reopen, lose } = await world();
    await lose('m/format');
    await expect(reopen()).rejects.toEqual(repairable(/format is missing/));
  });

  test('its commits is damaged', async () => {
    const { rows, reopen, lose } = await world();
    await lose(...(await rows.rows('m/c/')).map(([key]) => key));
    await expect(reopen()).rejects.toEqual(repairable(/commit counter is missing/));
  });

  test('one batch in the middle is damaged', async () => {
    const { reopen, lose } = await world();
    await lose('m/c/4');
    await expect(reopen()).rejects.toEqual(repairable(/1 of the last 7 commits are missing/));
  });

  test('one batch and got another too many is damaged', async () => {
    const { rows, reopen, lose } = await world();
    await lose('m/c/4');
    await (await rows.open()).batch([{ type: 'put', key: 'm/c/x', value: [7, 3, 3] }]);
    await expect(reopen()).rejects.toEqual(repairable(/have a gap/));
  });

  test('an actor is damaged', async () => {
    const { reopen, lose } = await world();
    await lose('a/00000003');
    await expect(reopen()).rejects.toEqual(repairable(/2 actors are stored where 3 were written/));
  });

  test('an actor’s identity is damaged', async () => {
    const { reopen, lose } = await world();
    await lose('a/00000002');
    await expect(reopen()).rejects.toEqual(repairable(/1 actors have a state but no identity/));
  });

  test('the root is damaged, even when the number of actors is right', async () => {
    const { rows, reopen, lose } = await world();
    await lose('a/00000001', 'a/00000001/now');
    await (await rows.open()).batch([
      { type: 'put', key: 'a/0000000z', value: { parent: '00000002', src: 'x', id: 'x', state: { value: 'idle' } } },
    ]);
    await expect(reopen()).rejects.toEqual(repairable(/0 roots and 2 actors without their parent/));
  });

  test('nothing, after more commits than are retained, opens', async () => {
    const { rows, reopen } = await world(retainedCommits + 10);
    expect(await rows.rows('m/c/')).toHaveLength(retainedCommits);
    const again = await reopen();
    expect(counterSnapshot(again, 'a').context.total).toBe(retainedCommits + 10);
    await again.close();
  });
});

test('rejects a store of any other format', async () => {
  const { rows, reopen } = await world();
  await (await rows.open()).batch([{ type: 'put', key: 'm/format', value: 2 }]);
  await expect(reopen()).rejects.toMatchObject({ code: 'STORE_FORMAT', where: 'm/format' });
});

test('rows of other owners are not damage', async () => {
  const rows = crashableStore();
  await (await rows.open()).batch([{ type: 'put', key: 'x/y', value: 1 }]);
  const system = await openShop(createShopMachine(), { store: await rows.open() });
  await system.close();
  expect(await rows.rows('x/')).toEqual([['x/y', 1]]);
});

describe('repairing', () => {
  test('removes actors without parent or identity, with their timers and steps, and opens again', async () => {
    const { rows, reopen, lose } = await world();
    const store = await rows.open();
    await store.batch([
      { type: 'put', key: 't/00000002/x', value: { due: 5, event: { type: 'ADD', amount: 1 } } },
      { type: 'put', key: 'r/00000002/one', value: { result: 1 } },
      {
        type: 'put',
        key: 'a/0000000z',
        value: { parent: '00000002', src: 'x', id: 'below a', state: { value: 'idle' } },
      },
    ]);
    await lose('a/00000002', 'm/c/3', 'm/format');
    await expect(reopen()).rejects.toEqual(repairable(/./));
    expect(await repairStore(store)).toEqual({
      intact: 2,
      dropped: ['below a', '00000002'],
      orphanedRows: 2,
      commitsMissing: 1,
    });
    const again = await reopen();
    expect(counterSnapshot(again, 'b').context.total).toBe(0);
    expect(() => again.get('a')).toThrow(expect.objectContaining({ code: 'UNKNOWN_ACTOR' }));
    await again.close();
  });

  test('changes nothing important in an undamaged store', async () => {
    const { rows, reopen } = await world();
    expect(await repairStore(await rows.open())).toEqual({
      intact: 3,
      dropped: [],
      orphanedRows: 0,
      commitsMissing: 0,
    });
    const again = await reopen();
    expect(counterSnapshot(again, 'a').context.total).toBe(5);
    await again.close();
  });

  test('never reuses an id, even when the counter was lost', async () => {
    const { rows, reopen, lose } = await world();
    await lose(...(await rows.rows('m/c/')).map(([key]) => key));
    await repairStore(await rows.open());
    const again = await reopen();
    await again.command('more', root => root.send({ type: 'OPEN', id: 'c' }));
    expect((await rows.rows('a/')).map(([key]) => key)).toContain('a/00000004');
    await again.close();
  });

  test('does nothing in an empty store', async () => {
    const store = await crashableStore().open();
    expect(await repairStore(store)).toEqual({ intact: 0, dropped: [], orphanedRows: 0, commitsMissing: 0 });
    expect(await store.get('m/format')).toBe(undefined);
  });

  test('reports a lost root', async () => {
    const { rows, lose } = await world();
    await lose('a/00000001', 'a/00000001/now');
    await expect(repairStore(await rows.open())).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });

  test('keeps the steps of passivated effects', async () => {
    const { rows } = await world();
    const store = await rows.open();
    await store.batch([
      { type: 'put', key: 's/0000000x', value: { id: 'x', src: 'counter', effects: ['0000000y'] } },
      { type: 'put', key: 'r/0000000y/one', value: { result: 1 } },
    ]);
    expect(await repairStore(store)).toMatchObject({ orphanedRows: 0 });
    expect(await rows.rows('r/')).toHaveLength(1);
  });
});

describe('a machine that changed', () => {
  const clock = manualClock();
  const kid = (version: string, state: string) =>
    createMachine({ id: 'kid', version, initial: state, states: { [state]: {} } });
  const rootOf = (logic: ReturnType<typeof kid>) =>
    setup({ actors: { kid: logic } }).createMachine({
      id: 'root',
      entry: spawnChild('kid', { id: 'kid', systemId: 'kid' }),
    });
  const written = async () => {
    const rows = crashableStore();
    const system = await openDurable({ store: await rows.open(), machine: rootOf(kid('1', 'old')), clock });
    await system.close();
    return rows;
  };

  test('and lost a state says which actor and what to do, and leaves the store unchanged', async () => {
    const rows = await written();
    const before = await rows.rows();
    const opening = openDurable({ store: await rows.open(), machine: rootOf(kid('1', 'new')), clock });
    await expect(opening).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
      where: 'root/kid',
      message: expect.stringContaining('upcasters change snapshots of "kid" from version 1'),
      hints: [hintLine('troupe doctor --repair')],
    });
    expect(await rows.rows()).toEqual(before);
  });

  test('and lost an actor source does not open without that actor', async () => {
    const rows = await written();
    const opening = openDurable({ store: await rows.open(), machine: createMachine({ id: 'root' }), clock });
    await expect(opening).rejects.toMatchObject({ code: 'RESTORE_FAILED', where: 'root/kid' });
  });

  test('is migrated once', async () => {
    const rows = await written();
    const calls: (string | undefined)[] = [];
    const upcasters = {
      kid: (state: object, version: string | undefined) => {
        calls.push(version);
        return { ...state, value: 'new' };
      },
    };
    const open = async () =>
      openDurable({ store: await rows.open(), machine: rootOf(kid('2', 'new')), clock, migrations: upcasters });
    const second = await open();
    expect(second.get('kid').getSnapshot()).toMatchObject({ value: 'new' });
    const third = await open();
    expect(third.get('kid').getSnapshot()).toMatchObject({ value: 'new' });
    expect(calls).toEqual(['1']);
    await third.close();
  });

  test('at the root is migrated under the name root, and its error names it', async () => {
    const rows = crashableStore();
    const first = await openDurable({
      store: await rows.open(),
      machine: createMachine({ initial: 'a', states: { a: {} } }),
      clock,
    });
    await first.close();
    const config = { initial: 'b', states: { b: {} } };
    const machine = createMachine({ version: '2', ...config });
    const bare = openDurable({ store: await rows.open(), machine: createMachine(config), clock });
    await expect(bare).rejects.toMatchObject({
      message: expect.stringContaining('upcasters change snapshots of "root" from version none'),
      hints: [hintLine('troupe doctor --repair')],
    });
    const second = await openDurable({
      store: await rows.open(),
      machine,
      clock,
      migrations: { root: state => ({ ...state, value: 'b' }) },
    });
    expect(second.root.getSnapshot().value).toBe('b');
    await second.close();
  });

  test('and whose stored state is invalid is an error, whatever XState throws', async () => {
    const rows = await written();
    await (await rows.open()).batch([{ type: 'put', key: 'a/00000002/now', value: { value: { not: { there: 1 } } } }]);
    const opening = openDurable({ store: await rows.open(), machine: rootOf(kid('1', 'old')), clock });
    await expect(opening).rejects.toMatchObject({ code: 'RESTORE_FAILED', where: 'root/kid' });
  });
});

describe('logic that cannot be stored', () => {
  test('inline: the spawn itself fails and says what to do', async () => {
    const kid = createMachine({ id: 'kid' });
    const machine = createMachine({ on: { SPAWN: { actions: spawnChild(kid, { id: 'kid' }) } } });
    const system = await openDurable({ store: await crashableStore().open(), machine, clock: manualClock() });
    await expect(system.command('spawn', root => root.send({ type: 'SPAWN' }))).rejects.toMatchObject({
      code: 'ROOT_FAILED',
      cause: expect.objectContaining({ code: 'INLINE_ACTOR', where: 'root/kid' }),
    });
  });

  test('unknown: the system stops before it writes a child that does not exist', async () => {
    const machine = createMachine({ on: { SPAWN: { actions: spawnChild('absent', { id: 'kid' }) } } });
    const system = await openDurable({ store: await crashableStore().open(), machine, clock: manualClock() });
    await expect(system.command('spawn', root => root.send({ type: 'SPAWN' }))).rejects.toMatchObject({
      code: 'INLINE_ACTOR',
      where: 'root/kid',
    });
  });
});
