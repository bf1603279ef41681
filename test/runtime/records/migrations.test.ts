import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import type { Store } from '../../../src/ports/store.ts';
import { migrateRecords, type RecordFormat, recordFormat } from '../../../src/runtime/records/migrations.ts';
import { createTestProject } from '../test-project.ts';

/** Migrations of two future releases: rename a field, move rows, drop rows. */
const later: RecordFormat = {
  version: 3,
  migrations: [
    ({ key, value }) => (key.startsWith('p/') ? { key, value: { ...Object(value), wish: 'none' } } : { key, value }),
    ({ key, value }) =>
      key.startsWith('n/') ? { key: key.replace('n/', 'y/'), value } : key.startsWith('w/') ? null : { key, value },
  ],
};

const rowsIn = async (store: Store) => {
  const rows: Record<string, unknown> = {};
  for await (const [key, value] of store.entries('')) rows[key] = value;
  return rows;
};

const put = (key: string, value: unknown) => ({ type: 'put', key, value }) as const;

describe('records of an older version', () => {
  test('are migrated step by step when the store is opened, and rows of the runtime are not', async () => {
    const store = await memoryStore()();
    await store.batch([
      put('p/1', { goal: 'x' }),
      put('n/1/1', 'd'),
      put('w/1', 'why'),
      put('a/1', 'actor'),
      put('y/z', 1),
    ]);
    await migrateRecords(store, later);
    const upgraded = { 'p/1': { goal: 'x', wish: 'none' }, 'y/1/1': 'd', 'a/1': 'actor', 'y/z': 1, v: 3 };
    expect(await rowsIn(store)).toEqual(upgraded);
    await migrateRecords(store, later);
    expect(await rowsIn(store)).toEqual(upgraded);
  });

  test('are migrated starting with their own version', async () => {
    const store = await memoryStore()();
    await store.batch([put('p/1', {}), put('w/1', 'why'), put('v', 2)]);
    await migrateRecords(store, later);
    expect(await rowsIn(store)).toEqual({ 'p/1': {}, v: 3 });
  });

  test('of the current version are unchanged', async () => {
    const store = await memoryStore()();
    await migrateRecords(store);
    expect(await rowsIn(store)).toEqual({});
    expect(recordFormat.migrations).toHaveLength(recordFormat.version - 1);
  });
});

test('records of a newer version are refused, and the store is closed', async () => {
  const opener = memoryStore();
  const store = await opener();
  await store.batch([put('v', recordFormat.version + 1)]);
  await store.close();
  await expect(createTestProject({}, { store: opener })).rejects.toMatchObject({ code: 'STORE_FORMAT' });
  await (await opener()).close();
});
