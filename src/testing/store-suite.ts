/** Contract tests of the port `Store`. An adapter's test is this suite plus its own specifics. */
import type { Operation, Store, StoreOpener } from '../ports/store.ts';

/** Functions of the test runner, so that the suite depends on none. */
export interface SuiteTools {
  test(title: string, run: () => Promise<void>): void;
  expect(actual: unknown): { toEqual(expected: unknown): void };
}

const put = (key: string, value: unknown): Operation => ({ type: 'put', key, value });
const del = (key: string): Operation => ({ type: 'del', key });

async function list(rows: AsyncIterable<[string, unknown]>): Promise<string[]> {
  const keys: string[] = [];
  for await (const [key] of rows) keys.push(key);
  return keys;
}

/** Registers the contract tests of a store. `fresh` returns the opener of a new, unshared store. */
export function storeSuite({ test, expect }: SuiteTools, fresh: () => Promise<StoreOpener>): void {
  const testStore: TestStore = (title, run) =>
    test(title, async () => {
      const open = await fresh();
      let store = await open();
      const reopen = async () => {
        await store.close();
        store = await open();
        return store;
      };
      try {
        await run(store, reopen);
      } finally {
        await store.close();
      }
    });
  testBatches(testStore, expect);
  testEntries(testStore, expect);

  test('only one opening at a time', async () => {
    const open = await fresh();
    const store = await open();
    const refused = await open().then(
      () => 'opened',
      (error: { code?: string }) => error.code,
    );
    await store.close();
    const again = await open();
    await again.close();
    expect(refused).toEqual('STORE_LOCKED');
  });
}

/** Registers a test that gets a new store and a way to close and open it again. */
type TestStore = (title: string, run: (store: Store, reopen: () => Promise<Store>) => Promise<void>) => void;

/** What is written by a batch is read as it was, now and after opening again. */
function testBatches(test: TestStore, expect: SuiteTools['expect']): void {
  test('a key that was never written is undefined', async store => {
    expect(await store.get('a/1')).toEqual(undefined);
  });

  test('keys that are read at once each give their own value', async store => {
    await store.batch([put('a', 1), put('b', null), put('c', 3)]);
    const keys = ['c', 'missing', 'a', 'b', 'a'];
    expect(await Promise.all(keys.map(key => store.get(key)))).toEqual([3, undefined, 1, null, 1]);
  });

  test('a batch puts and deletes in the order given', async store => {
    await store.batch([put('a', 1), put('b', 2), del('a'), put('b', 3), del('c')]);
    expect([await store.get('a'), await store.get('b')]).toEqual([undefined, 3]);
  });

  test('values come back as they were when they were written', async store => {
    const value = { text: 'ö\n"', list: [1, null, { deep: true }] };
    const writing = store.batch([put('a', value)]);
    value.list.push(2);
    await writing;
    expect(await store.get('a')).toEqual({ text: 'ö\n"', list: [1, null, { deep: true }] });
  });

  test('values that JSON lacks come back as they were', async store => {
    const value = { at: new Date(0), tags: new Map([['a', new Set([1n])]]), missing: [undefined, Number.NaN] };
    await store.batch([put('a', value)]);
    expect(await store.get('a')).toEqual(value);
    for await (const [, listed] of store.entries('a')) expect(listed).toEqual(value);
  });

  test('a batch with a value that cannot be stored writes nothing of it', async store => {
    const refused = await Promise.resolve()
      .then(() => store.batch([put('a', 1), put('b', () => {})]))
      .then(
        () => false,
        () => true,
      );
    expect([refused, await store.get('a')]).toEqual([true, undefined]);
  });

  test('what was written is there after closing and opening again', async (store, reopen) => {
    await store.batch([put('a', { kept: true })]);
    const again = await reopen();
    expect(await again.get('a')).toEqual({ kept: true });
  });
}

/** Rows are listed in the order of their keys. */
function testEntries(test: TestStore, expect: SuiteTools['expect']): void {
  test('entries are those of the prefix, in key order', async store => {
    await store.batch(['b/2', 'a/1', 'b/10', 'b', 'b/', 'c/1', 'b0'].map(key => put(key, key)));
    expect(await list(store.entries('b/'))).toEqual(['b/', 'b/10', 'b/2']);
    expect(await list(store.entries(''))).toEqual(['a/1', 'b', 'b/', 'b/10', 'b/2', 'b0', 'c/1']);
  });

  test('entries start after a key, stop at a limit and run backwards', async store => {
    await store.batch(['a/9', 'b/1', 'b/2', 'b/3', 'b/4', 'c/1'].map(key => put(key, 0)));
    expect(await list(store.entries('b/', { after: 'b/2' }))).toEqual(['b/3', 'b/4']);
    expect(await list(store.entries('b/', { limit: 2 }))).toEqual(['b/1', 'b/2']);
    expect(await list(store.entries('b/', { reverse: true, limit: 3 }))).toEqual(['b/4', 'b/3', 'b/2']);
    expect(await list(store.entries('b/', { reverse: true, after: 'b/3' }))).toEqual(['b/2', 'b/1']);
    expect(await list(store.entries('b/', { after: 'a/1' }))).toEqual(['b/1', 'b/2', 'b/3', 'b/4']);
    expect(await list(store.entries('b/', { after: 'b/4' }))).toEqual([]);
    expect(await list(store.entries('b/', { after: 'c/1', reverse: true, limit: 1 }))).toEqual(['b/4']);
  });

  test('keys of any characters are found under their prefix, ordered by their bytes', async store => {
    const keys = ['d/a b', 'd/é', 'd/\uffee', 'd/😀'];
    await store.batch(keys.toReversed().map(key => put(key, 0)));
    expect(await list(store.entries('d/'))).toEqual(keys);
  });

  test('entries read what was there when the reading began', async store => {
    await store.batch([put('a/1', 1), put('a/2', 2)]);
    const seen: unknown[] = [];
    for await (const [key, value] of store.entries('a/')) {
      seen.push([key, value]);
      await store.batch([put('a/3', 3), del('a/2')]);
    }
    expect(seen).toEqual([
      ['a/1', 1],
      ['a/2', 2],
    ]);
  });

  test('more rows than are read at once come back complete', async store => {
    const keys = Array.from({ length: 2500 }, (_, at) => `k/${String(at).padStart(5, '0')}`);
    await store.batch(keys.map(key => put(key, 0)));
    expect(await list(store.entries('k/'))).toEqual(keys);
  });
}
