/** Rows of instances that are asked for in one turn are read together, and each gets its own. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { OwnRows } from '../../src/durable/instances/own-rows.ts';
import { formatUid, key } from '../../src/durable/keys.ts';
import type { Operation, Store } from '../../src/ports/store.ts';
import { seededRandom, testSeed } from '../seed.ts';

/** A store in memory that counts how often a range is read. */
async function countedStore(): Promise<{ store: Store; reads: () => number }> {
  const store = await memoryStore()();
  let reads = 0;
  const entries: Store['entries'] = (prefix, options) => {
    reads++;
    return store.entries(prefix, options);
  };
  return {
    store: { get: at => store.get(at), entries, batch: all => store.batch(all), close: () => store.close() },
    reads: () => reads,
  };
}

const rowsOf = (number: number, count: number): Operation[] =>
  Array.from({ length: count }, (_, at) => ({
    type: 'put',
    key: key.instanceRow(formatUid(number), `a/${formatUid(at)}`),
    value: `${number}.${at}`,
  }));

test('100 instances in a row are one read, and two that are far apart are two', async () => {
  const { store, reads } = await countedStore();
  const numbers = Array.from({ length: 100 }, (_, at) => at + 1);
  await store.batch([...numbers, 900, 5_000].flatMap(number => rowsOf(number, 4)));
  const rows = new OwnRows(store);
  await Promise.all(numbers.map(number => rows.read(formatUid(number))));
  expect(reads()).toBe(1);
  await Promise.all([5_000, 900].map(number => rows.read(formatUid(number))));
  expect(reads()).toBe(3);
});

test('each gets the rows that reading it alone gives, whatever is beside it', async () => {
  const random = seededRandom(testSeed('rows of neighbours'));
  const { store } = await countedStore();
  const counts = Array.from({ length: 300 }, () => (random() < 0.1 ? 40 : Math.floor(random() * 7)));
  await store.batch([
    ...counts.flatMap((count, number) => rowsOf(number, count)),
    { type: 'put', key: 'W/00000001/x', value: 'behind them' },
  ]);
  const rows = new OwnRows(store);
  for (let round = 0; round < 30; round++) {
    const share = random();
    const asked = counts.map((_, number) => number).filter(() => random() < share);
    const together = await Promise.all(asked.map(number => rows.read(formatUid(number))));
    const expected = asked.map(number =>
      rowsOf(number, counts[number] ?? 0).map(({ key: at }) => at.split('/').slice(2).join('/')),
    );
    expect(together.map(own => own.map(([at]) => at))).toEqual(expected);
    expect(together.flat().every(([, value]) => typeof value === 'string')).toBe(true);
  }
});

test('an error reaches all that asked, and the next read tries again', async () => {
  const { store } = await countedStore();
  await store.batch(rowsOf(1, 1));
  const rows = new OwnRows(store);
  await store.close();
  const results = await Promise.allSettled([1, 2, 400].map(number => rows.read(formatUid(number))));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(rows.read(formatUid(1))).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
});
