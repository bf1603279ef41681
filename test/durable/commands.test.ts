import { describe, expect, test } from 'vitest';
import { manualClock } from '../../src/adapters/clocks/manual-clock.ts';
import { type CommandRetention, Commands } from '../../src/durable/commands.ts';
import { readStoredState } from '../../src/durable/stored-state.ts';
import type { Operation } from '../../src/ports/store.ts';
import { counterSnapshot, crashableStore, createShopMachine, openShop, sendToCounter } from './shop-machine.ts';

const dayMs = 24 * 60 * 60 * 1000;

const idle = { write: () => {}, onAdded: () => {}, slots: 1 };

/** Each key has a row of its own, as in a store of instances. */
function world(keep?: CommandRetention) {
  const written: Operation[] = [];
  const clock = manualClock(1_000);
  const commands = new Commands({
    ...{ write: operation => written.push(operation), onAdded: () => {}, barrier: async () => {} },
    ...{ clock, keep, slots: 1 },
  });
  const apply = async (name: string) => (await commands.apply(name, () => {}, null)).duplicate;
  return { clock, commands, written, apply };
}

describe('a count of keys', () => {
  test('[R256] older keys are removed, in memory and in the store, and then applied again', async () => {
    const { commands, written, apply } = world({ count: 2 });
    for (const name of ['a', 'b', 'c']) expect(await apply(name)).toBe(false);
    expect(written).toEqual([
      { type: 'put', key: 'd/00000001', value: [1, 'a', 1_000] },
      { type: 'put', key: 'd/00000002', value: [2, 'b', 1_000] },
      { type: 'put', key: 'd/00000003', value: [3, 'c', 1_000] },
      { type: 'del', key: 'd/00000001' },
    ]);
    expect(await apply('b')).toBe(true);
    expect(await apply('a')).toBe(false);
    expect(await commands.apply('a', () => {}, null)).toEqual({ duplicate: true });
  });

  test('4096 keys are kept by default', async () => {
    const { written, apply } = world();
    for (let number = 0; number <= 4096; number++) expect(await apply(`command ${number}`)).toBe(false);
    expect(written.filter(({ type }) => type === 'del')).toEqual([{ type: 'del', key: 'd/00000001' }]);
    expect([await apply('command 1'), await apply('command 0')]).toEqual([true, false]);
  });

  test('keys of earlier processes are recognized, and removed by age', async () => {
    const { commands, written, apply } = world({ count: 2 });
    commands.load([{ row: [7, 'old', 1] }, { row: [8, 'young', 2] }]);
    expect(await apply('old')).toBe(true);
    await apply('new');
    expect(written).toEqual([
      { type: 'put', key: 'd/00000009', value: [9, 'new', 1_000] },
      { type: 'del', key: 'd/00000007' },
    ]);
    expect([await apply('young'), await apply('old')]).toEqual([true, false]);
  });

  test('a key that is used again while its first commit runs waits for the second', async () => {
    const commits: (() => void)[] = [];
    const barrier = () => new Promise<void>(resolve => commits.push(resolve));
    const commands = new Commands({ ...idle, barrier, clock: manualClock(), keep: { count: 1 } });
    const order: string[] = [];
    const apply = (name: string, says: string) =>
      commands.apply(name, () => {}, null).then(({ duplicate }) => order.push(`${says} ${duplicate}`));
    const [first] = [apply('a', 'first'), apply('b', 'other'), apply('a', 'second')];
    commits[0]?.();
    await first;
    const third = apply('a', 'third');
    await new Promise(setImmediate);
    expect(order).toEqual(['first false']);
    commits[2]?.();
    await third;
    expect(order.toSorted()).toEqual(['first false', 'second false', 'third true']);
  });
});

describe('a number of days', () => {
  test('[R256] a key is a duplicate until its time is over, and then applied again', async () => {
    const { clock, written, apply } = world({ days: 1.5 });
    await apply('a');
    clock.advance(1.5 * dayMs - 1);
    expect(await apply('a')).toBe(true);
    clock.advance(1);
    expect(await apply('a')).toBe(false);
    expect(written).toEqual([
      { type: 'put', key: 'd/00000001', value: [1, 'a', 1_000] },
      { type: 'del', key: 'd/00000001' },
      { type: 'put', key: 'd/00000002', value: [2, 'a', 1_000 + 1.5 * dayMs] },
    ]);
    expect(await apply('a')).toBe(true);
  });

  test('a command deletes at most 100 rows, and keys whose rows still wait for that have expired all the same', async () => {
    const { clock, written, apply } = world({ days: 1 });
    for (let number = 1; number <= 250; number++) await apply(`command ${number}`);
    clock.advance(dayMs);
    const deletions: number[] = [];
    for (const name of ['x', 'command 240', 'y', 'z']) {
      written.length = 0;
      expect(await apply(name)).toBe(false);
      deletions.push(written.filter(({ type }) => type === 'del').length);
    }
    // The second deletes the row that it replaces as well.
    expect(deletions).toEqual([100, 101, 49, 0]);
  });
});

test('[R256] keys that are kept for ever are never removed', async () => {
  const { clock, written, apply } = world('forever');
  for (let number = 0; number < 5_000; number++) await apply(`command ${number}`);
  clock.advance(10_000 * dayMs);
  expect(await apply('command 0')).toBe(true);
  expect(written.every(({ type }) => type === 'put')).toBe(true);
});

test.each([
  [{ count: 0 }, '{ count: 0 }'],
  [{ count: 1.5 }, '{ count: 1.5 }'],
  [{ days: -1 }, '{ days: -1 }'],
  [{ days: Number.NaN }, '{ days: NaN }'],
  [{ count: 1, days: 1 }, '{ count: 1, days: 1 }'],
  [{ count: 1, weeks: 1 }, '{ count: 1, weeks: 1 }'],
  [{ count: '5' }, '{ count: 5 }'],
  [{}, '{  }'],
  ['always', 'always'],
  [null, 'null'],
])('the retention %j is refused before anything is written', async (keep, shown) => {
  const rows = crashableStore();
  const opening = openShop(createShopMachine(), { store: await rows.open(), keepCommands: keep as CommandRetention });
  await expect(opening).rejects.toThrow(
    new TypeError(
      `keepCommands must be { count } with a whole number from 1, { days } with a number above 0, or 'forever'; it is ${shown}.`,
    ),
  );
  expect(await rows.rows()).toEqual([]);
});

test('[R256] a store keeps keys as the system that has it open declares', async () => {
  const rows = crashableStore();
  const clock = manualClock(1_000);
  const open = async (keepCommands: CommandRetention) =>
    openShop(createShopMachine(), { store: await rows.open(), clock, keepCommands });
  const numbers = async () => (await readStoredState(await rows.open())).commands.map(({ row }) => row[0]);
  const first = await open('forever');
  for (const id of ['a', 'b', 'c']) await first.command(id, root => root.send({ type: 'OPEN', id }));
  const second = await open({ count: 2 });
  expect(await second.command('c', () => {})).toEqual({ duplicate: true });
  expect(await second.command('a', root => root.send({ type: 'SHUT', id: 'a' }))).toEqual({ duplicate: false });
  expect(await numbers()).toEqual([1, 2, 3, 4]);
  clock.advance(dayMs);
  const third = await open({ days: 1 });
  expect(await third.command('c', root => root.send({ type: 'SHUT', id: 'c' }))).toEqual({ duplicate: false });
  await third.close();
  const last = await open('forever');
  expect(await last.command('c', () => {})).toEqual({ duplicate: true });
  await last.close();
});

test('a command whose commit fails rejects for every caller', async () => {
  const barrier = () => Promise.reject(new Error('dead'));
  const commands = new Commands({ ...idle, barrier, clock: manualClock() });
  const outcomes = await Promise.allSettled([commands.apply('a', () => {}, null), commands.apply('a', () => {}, null)]);
  expect(outcomes.map(outcome => outcome.status)).toEqual(['rejected', 'rejected']);
});

describe('a send that fails', () => {
  async function shop() {
    const rows = crashableStore();
    const open = async () => openShop(createShopMachine(), { store: await rows.open() });
    const system = await open();
    await system.command('open', root => root.send({ type: 'OPEN', id: 'a' }));
    return { system, open };
  }
  const add = { type: 'ADD', amount: 1 } as const;

  test('[R256] before its first event leaves the key free', async () => {
    const { system } = await shop();
    const failed = system.command('add', () => {
      throw new Error('too early');
    });
    await expect(failed).rejects.toThrow('too early');
    expect(await system.command('add', () => sendToCounter(system, 'a', add))).toEqual({ duplicate: false });
    await system.close();
  });

  test('[R256] after an event keeps what it sent and the key, across a crash, and rejects with its error', async () => {
    const { system, open } = await shop();
    const error = new Error('too late');
    const failed = system.command('add', () => {
      sendToCounter(system, 'a', add);
      throw error;
    });
    await expect(failed).rejects.toBe(error);
    const again = await open();
    expect(counterSnapshot(again, 'a').context.total).toBe(1);
    expect(await again.command('add', () => sendToCounter(again, 'a', add))).toEqual({ duplicate: true });
    expect(counterSnapshot(again, 'a').context.total).toBe(1);
    await again.close();
  });

  test('together with the root rejects with the error of the root, and nothing is kept', async () => {
    const { system, open } = await shop();
    const failed = system.command('die', root => {
      root.send({ type: 'DIE' });
      throw new Error('not this one');
    });
    await expect(failed).rejects.toMatchObject({ code: 'ROOT_FAILED' });
    const again = await open();
    expect(await again.command('die', () => {})).toEqual({ duplicate: false });
    await again.close();
  });

  test('[R256] because it returns a promise is refused: what it sent first is kept with the key', async () => {
    const { system } = await shop();
    const later = async () => {
      sendToCounter(system, 'a', add);
      await system.barrier();
      throw new Error('this is not reported');
    };
    const message = 'The command "add" must send its events synchronously: its function is async or returns a promise.';
    await expect(system.command('add', () => later())).rejects.toThrow(new TypeError(message));
    expect(counterSnapshot(system, 'a').context.total).toBe(1);
    expect(await system.command('add', () => sendToCounter(system, 'a', add))).toEqual({ duplicate: true });
    const nothing = () => Promise.reject(new Error('this is not reported either'));
    await expect(system.command('other', nothing)).rejects.toThrow(TypeError);
    expect(await system.command('other', () => sendToCounter(system, 'a', add))).toEqual({ duplicate: false });
    await system.close();
  });
});

test('[R256] an async function is refused before it runs, and its key stays free', async () => {
  const { commands, written, apply } = world();
  let calls = 0;
  const send = async () => {
    calls++;
  };
  await expect(commands.apply('a', send, null)).rejects.toThrow(TypeError);
  expect([calls, written]).toEqual([0, []]);
  expect(await apply('a')).toBe(false);
});
