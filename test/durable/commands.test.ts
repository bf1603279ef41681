import { expect, test } from 'vitest';
import { Commands } from '../../src/durable/commands.ts';
import type { Operation } from '../../src/ports/store.ts';

function world(kept: number) {
  const written: Operation[] = [];
  const commands = new Commands({
    write: operation => written.push(operation),
    barrier: async () => {},
    retained: kept,
  });
  return { commands, written };
}

test('the oldest key is removed, in memory and in the store, when there are more than are retained', async () => {
  const { commands, written } = world(2);
  for (const name of ['a', 'b', 'c']) expect(await commands.apply(name, () => {}, null)).toEqual({ duplicate: false });
  expect(written).toEqual([
    { type: 'put', key: 'd/1', value: [1, 'a'] },
    { type: 'put', key: 'd/0', value: [2, 'b'] },
    { type: 'put', key: 'd/1', value: [3, 'c'] },
  ]);
  expect(await commands.apply('b', () => {}, null)).toEqual({ duplicate: true });
  expect(await commands.apply('a', () => {}, null)).toEqual({ duplicate: false });
});

test('keys of earlier runs are recognized, and removed by age', async () => {
  const { commands, written } = world(2);
  commands.load([
    [8, 'young'],
    [7, 'old'],
  ]);
  expect(await commands.apply('old', () => {}, null)).toEqual({ duplicate: true });
  await commands.apply('new', () => {}, null);
  expect(written).toEqual([{ type: 'put', key: 'd/1', value: [9, 'new'] }]);
  expect(await commands.apply('young', () => {}, null)).toEqual({ duplicate: true });
  expect(await commands.apply('old', () => {}, null)).toEqual({ duplicate: false });
});

test('a command whose commit fails rejects for every caller', async () => {
  const commands = new Commands({ write: () => {}, barrier: () => Promise.reject(new Error('dead')) });
  const outcomes = await Promise.allSettled([commands.apply('a', () => {}, null), commands.apply('a', () => {}, null)]);
  expect(outcomes.map(outcome => outcome.status)).toEqual(['rejected', 'rejected']);
});

test('an async function is refused before it runs, and its key stays free', async () => {
  const { commands, written } = world(2);
  let calls = 0;
  const send = async () => {
    calls++;
  };
  await expect(commands.apply('a', send, null)).rejects.toThrow(TypeError);
  expect([calls, written]).toEqual([0, []]);
  expect(await commands.apply('a', () => {}, null)).toEqual({ duplicate: false });
});
