/** Which rows of a batch are reported as large, and what is passed on to the store that is watched. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { type LargeState, watchLargeStates } from '../../src/durable/large-states.ts';
import type { Operation, Store } from '../../src/ports/store.ts';

const large = 'x'.repeat(1_100_000);
const actor = 'a/00000001';
const put = (key: string, value: unknown): Operation => ({ type: 'put', key, value });

async function reportOf(operations: Operation[], knows = true) {
  const reported: LargeState[] = [];
  const pathOf = ({ uid, before }: { uid: string; before: string }) => (knows ? `${before}:${uid}` : undefined);
  const store = watchLargeStates(await memoryStore()(), { pathOf, report: state => reported.push(state) });
  await store.batch(operations);
  return reported.map(({ actor: name, path }) => [name, path]);
}

test.each([
  ['its largest member', { state: { value: 'on', context: { few: 1, items: large, none: null } } }, 'context.items'],
  ['its value if it has no context', { value: { on: large } }, 'value'],
  ['its value if its context is empty', { value: { on: large }, context: {} }, 'value'],
  ['its snapshot, of other logic than a machine', { state: { snapshot: { output: large } } }, 'snapshot'],
])('a large state is reported with %s', async (_, value, path) => {
  expect(await reportOf([put(`${actor}/s`, value)])).toEqual([[':00000001', path]]);
});

test('only actors whose own state is large are reported, of instances too, each once', async () => {
  const state = { value: 'on', context: { items: large } };
  const operations = [
    put('a/00000001/s', state),
    put('a/00000001/s', state),
    put('a/00000002/s', { value: 'on', context: { items: '' } }),
    put('V/00000003/a/00000001/s', state),
    put('V/00000003/t/00000001/s', state),
    put('o/00000004', state),
    { type: 'del', key: 'a/00000005/s' } as const,
  ];
  expect(await reportOf(operations)).toEqual([
    [':00000001', 'context.items'],
    ['00000003:00000001', 'context.items'],
  ]);
  expect(await reportOf(operations, false)).toEqual([]);
});

test('a watched store is used as the store itself, with what it offers besides', async () => {
  const plain = await memoryStore()();
  const { get, entries, batch, close } = plain;
  const bare = {
    get: get.bind(plain),
    entries: entries.bind(plain),
    batch: batch.bind(plain),
    close: close.bind(plain),
  } as Store;
  const [listeners, reported]: [unknown[], LargeState[]] = [[], []];
  const owned: Store = { ...bare, kind: 'tiny', owner: { process: '7' }, onLost: listener => listeners.push(listener) };
  const watch = (store: Store) =>
    watchLargeStates(store, { pathOf: () => 'root', report: state => reported.push(state) });
  const [watched, watchedBare] = [watch(owned), watch(bare)];
  await watched.batch([put(`${actor}/s`, { value: large })]);
  // It does not count its bytes, so nothing is known to be large.
  expect(reported).toEqual([]);
  expect(await watchedBare.get(`${actor}/s`)).toEqual({ value: large });
  const keys: string[] = [];
  for await (const [key] of watched.entries('a/')) keys.push(key);
  expect(keys).toEqual([`${actor}/s`]);
  const listener = () => undefined;
  watched.onLost?.(listener);
  expect(listeners).toEqual([listener]);
  expect([watched.kind, watched.owner?.process, watched.bytesWritten]).toEqual(['tiny', '7', undefined]);
  expect(['kind' in watchedBare, 'onLost' in watchedBare]).toEqual([false, false]);
  await watched.close();
  await expect(plain.get('a')).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
});
