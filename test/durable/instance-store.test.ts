/** The store that one instance sees: its rows alone, under the keys that they have within it. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { InstanceStore, type OwnRow } from '../../src/durable/instances/instance-store.ts';
import { SharedStore } from '../../src/durable/instances/shared-store.ts';
import { formatUid, key, storeFormat } from '../../src/durable/keys.ts';
import { TroupeError } from '../../src/model/errors.ts';

const uid = formatUid(2);

async function storeOf({ isNew }: { isNew: boolean }) {
  const store = await memoryStore()();
  await store.batch([
    { type: 'put', key: key.instanceRow(formatUid(1), 'a/1'), value: 'of the one before' },
    { type: 'put', key: key.instanceRow(uid, 'a/1'), value: 'one' },
    { type: 'put', key: key.instanceRow(uid, 'a/2'), value: 'two' },
    { type: 'put', key: key.instanceRow(uid, 'a/3'), value: 'three' },
    { type: 'put', key: key.instanceRow(uid, 't/1'), value: 'timer' },
    { type: 'put', key: key.instanceRow(formatUid(3), 'a/1'), value: 'of the next' },
  ]);
  const shared = new SharedStore(store, () => undefined);
  const together = [{ type: 'put' as const, key: 'X/index', value: 1 }];
  const own = new InstanceStore({
    ...{ shared, uid, storeId: 'all', rows: [], isNew, together },
    deriveChange: () => undefined,
  });
  return { store, own };
}

async function read(...[store, ...given]: [InstanceStore, ...Parameters<InstanceStore['entries']>]) {
  const rows: OwnRow[] = [];
  for await (const row of store.entries(...given)) rows.push(row);
  return rows;
}

test.each([
  ['all', {}, ['one', 'two', 'three']],
  ['those after a key', { after: 'a/1' }, ['two', 'three']],
  ['the first ones', { limit: 2 }, ['one', 'two']],
  ['the last one', { reverse: true, limit: 1 }, ['three']],
])('an instance reads %s of its own rows', async (_, options, values) => {
  const { own } = await storeOf({ isNew: false });
  expect((await read(own, 'a/', options)).map(([, value]) => value)).toEqual(values);
});

test('the keys of its rows do not name the instance', async () => {
  const { own } = await storeOf({ isNew: false });
  expect((await read(own, '')).map(([at]) => at)).toEqual(['a/1', 'a/2', 'a/3', 't/1']);
  expect(await own.get('a/2')).toBe('two');
  expect(await own.get('a/4')).toBeUndefined();
});

test.each([
  [true, undefined],
  [false, storeFormat],
])('the identity and the format need no rows; new: %s', async (isNew, format) => {
  const { own, store } = await storeOf({ isNew });
  expect(await own.get(key.store)).toBe(`all/${uid}`);
  expect(await own.get(key.format)).toBe(format);
  await own.batch([
    { type: 'put', key: key.format, value: storeFormat },
    { type: 'put', key: 'a/4', value: 'four' },
  ]);
  expect(await store.get(key.instanceRow(uid, 'a/4'))).toBe('four');
  expect(await store.get(key.instanceRow(uid, key.format))).toBeUndefined();
  expect(await store.get('X/index')).toBe(1);
});

test('an error names the row as the instance knows it', async () => {
  const { own } = await storeOf({ isNew: false });
  const error = await own.batch([{ type: 'put', key: 'a/4', value: () => 1 }]).catch(thrown => thrown);
  expect(TroupeError.is(error)).toBe(true);
  expect(error).toMatchObject({ code: 'NOT_STORABLE', where: expect.stringMatching(/^a\/4/) });
});
