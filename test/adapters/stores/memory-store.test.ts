import { expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { storeSuite } from '../../../src/testing/store-suite.ts';

storeSuite({ test, expect }, async () => memoryStore());

test('a closed memory store rejects every operation, and can be closed twice', async () => {
  const store = await memoryStore()();
  await store.close();
  await store.close();
  await expect(store.get('a')).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
  await expect(store.batch([])).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
});

test('counts the bytes written', async () => {
  const store = await memoryStore()();
  await store.batch([
    { type: 'put', key: 'ab', value: 'cd' },
    { type: 'del', key: 'xyz' },
  ]);
  expect(store.bytesWritten).toBe(2 + 4 + 3);
});
