import { expect, test } from 'vitest';
import { Commands } from '../../src/durable/commands.ts';
import type { Operation } from '../../src/ports/store.ts';

function world(kept: number) {
  const written: Operation[] = [];
  let commit = 0;
  const commands = new Commands({
    write: operation => written.push(operation),
    barrier: async () => {
      commit++;
    },
    commit: () => commit + 1,
    kept,
  });
  return { commands, written };
}

test('the oldest key is forgotten, in memory and in the store, when there are more than are kept', async () => {
  const { commands, written } = world(2);
  for (const name of ['a', 'b', 'c']) expect(await commands.apply(name, () => {})).toEqual({ duplicate: false });
  expect(written).toEqual([
    { type: 'put', key: 'd/a', value: 1 },
    { type: 'put', key: 'd/b', value: 2 },
    { type: 'put', key: 'd/c', value: 3 },
    { type: 'del', key: 'd/a' },
  ]);
  expect(await commands.apply('b', () => {})).toEqual({ duplicate: true });
  expect(await commands.apply('a', () => {})).toEqual({ duplicate: false });
});

test('keys of earlier runs are known, and pruned by age', async () => {
  const { commands, written } = world(2);
  commands.load([
    ['young', 9],
    ['old', 3],
  ]);
  expect(await commands.apply('old', () => {})).toEqual({ duplicate: true });
  await commands.apply('new', () => {});
  expect(written.at(-1)).toEqual({ type: 'del', key: 'd/old' });
});

test('a command whose commit fails rejects for everyone who gave it', async () => {
  const commands = new Commands({ write: () => {}, barrier: () => Promise.reject(new Error('dead')), commit: () => 1 });
  const outcomes = await Promise.allSettled([commands.apply('a', () => {}), commands.apply('a', () => {})]);
  expect(outcomes.map(outcome => outcome.status)).toEqual(['rejected', 'rejected']);
});
