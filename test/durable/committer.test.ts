import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import { Committer } from '../../src/durable/committer.ts';
import { ReleasePolicy } from '../../src/durable/release-policy.ts';

describe('the release policy', () => {
  test('releases all at once while the disk is slower than all waiters, and a few at a time while it is faster', () => {
    const pace = new ReleasePolicy();
    for (let at = 0; at < 50; at++) {
      pace.recordCommit(0.5);
      pace.recordWork(0.8, 8);
    }
    expect(pace.shouldReleaseAll(4)).toBe(true);
    expect(pace.shouldReleaseAll(6)).toBe(false);
    for (let at = 0; at < 50; at++) pace.recordCommit(3);
    expect(pace.shouldReleaseAll(16)).toBe(true);
  });

  test('recovers from one slow moment', () => {
    const pace = new ReleasePolicy();
    for (let at = 0; at < 50; at++) {
      pace.recordCommit(0.1);
      pace.recordWork(0.8, 8);
    }
    pace.recordCommit(5);
    expect(pace.shouldReleaseAll(16)).toBe(false);
  });
});

/** Work that keeps the thread for so long. */
function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

async function world() {
  const store = await memoryStore()();
  const log: string[] = [];
  let changes = 0;
  const committer = new Committer({
    store,
    collect: () => {
      log.push('batch');
      return { operations: [{ type: 'put', key: 'n', value: changes }], onCommitted: () => {} };
    },
    failed: error => log.push(String(error)),
  });
  const change = () => {
    changes++;
    committer.markDirty();
  };
  return { committer, log, change };
}

describe('many waiters of one commit', () => {
  test('continue a few at a time when they have much to do: the changes of the first are written while the others compute', async () => {
    const { committer, log, change } = await world();
    for (let round = 0; round < 2; round++) {
      log.length = 0;
      change();
      const all = Array.from({ length: 20 }, async (_, at) => {
        await committer.barrier();
        log.push(`on ${at}`);
        compute(1);
        change();
      });
      await Promise.all(all);
      await committer.barrier();
    }
    expect(log.filter(line => line.startsWith('on')).map(line => Number(line.slice(3)))).toEqual([...Array(20).keys()]);
    expect(log.slice(1).indexOf('batch')).toBeLessThan(log.indexOf('on 19'));
  });

  test('who were released are not rejected when the system ends before they run', async () => {
    const { committer, change } = await world();
    const round = (ms: number) =>
      Array.from({ length: 30 }, async (_, at) => {
        await committer.barrier();
        if (ms < 0 && at === 0) committer.end(new Error('the end'));
        compute(Math.abs(ms));
      });
    change();
    await Promise.all(round(1));
    change();
    const outcomes = await Promise.allSettled(round(-1));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    await expect(committer.barrier()).rejects.toThrow('the end');
  });
});

describe('a barrier', () => {
  /** A store of which each batch is on disk when the test says so. */
  function slowly() {
    const batches: { done: () => void; fail: (error: Error) => void }[] = [];
    const failures: unknown[] = [];
    const committer = new Committer({
      store: {
        batch: () => new Promise<void>((done, fail) => batches.push({ done, fail })),
      } as never,
      collect: () => ({ operations: [{ type: 'put', key: 'n', value: 1 }], onCommitted: () => {} }),
      failed: error => failures.push(error),
    });
    const passed: string[] = [];
    const wait = (name: string) => void committer.barrier().then(() => passed.push(name));
    return { committer, batches, failures, passed, wait };
  }
  const turn = () => new Promise(resolve => setImmediate(resolve));

  test('that is requested while a batch is in flight waits for it, though nothing has changed since', async () => {
    const { committer, batches, passed, wait } = slowly();
    committer.markDirty();
    await turn();
    expect(batches).toHaveLength(1);
    wait('asked in flight');
    await turn();
    expect(passed).toEqual([]);
    batches[0]?.done();
    await turn();
    expect(passed).toEqual(['asked in flight']);
    wait('asked at rest');
    await turn();
    expect([passed.length, batches.length]).toEqual([2, 1]);
  });

  test('that is requested after another change waits for the batch with that change', async () => {
    const { committer, batches, passed, wait } = slowly();
    committer.markDirty();
    await turn();
    wait('first');
    committer.markDirty();
    wait('second');
    await turn();
    expect(batches).toHaveLength(1);
    batches[0]?.done();
    await turn();
    expect([passed, batches.length]).toEqual([['first'], 2]);
    batches[1]?.done();
    await turn();
    expect(passed).toEqual(['first', 'second']);
  });
});
