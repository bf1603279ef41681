import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownedStore, readOwner } from '../../src/host/owner-file.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { Operation, Store, StoreOpener } from '../../src/ports/store.ts';
import { hintLine } from '../hint-line.ts';

/** A small store in memory that one process can open at a time, like a store with a lock file. */
function lockable(): StoreOpener {
  const rows = new Map<string, unknown>();
  let held = false;
  return async () => {
    if (held) throw new TroupeError('STORE_LOCKED', 'locked', { where: '/repo/.git/troupe' });
    held = true;
    const store: Store = {
      get: async key => rows.get(key),
      async *entries(prefix) {
        for (const [key, value] of rows) if (key.startsWith(prefix)) yield [key, value];
      },
      batch: async (operations: readonly Operation[]) => {
        for (const operation of operations) if (operation.type === 'put') rows.set(operation.key, operation.value);
      },
      close: async () => {
        held = false;
      },
    };
    return store;
  };
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  return child.pid as number;
}

describe('the owner of a store', () => {
  let folder: string;
  let file: string;
  const now = () => Date.parse('2026-11-21T10:00:00.000Z');
  const owned = (open: StoreOpener, at = now) =>
    ownedStore(open, { file, command: 'troupe run', pid: process.pid, now: at });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'troupe-owner-'));
    file = join(folder, 'troupe.owner.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is written next to the store while it is open, and removed on close', async () => {
    const store = await owned(lockable())();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      pid: process.pid,
      command: 'troupe run',
      started: '2026-11-21T10:00:00.000Z',
      socket: null,
    });
    await store.batch([{ type: 'put', key: 'a', value: 1 }]);
    expect(await store.get('a')).toBe(1);
    for await (const row of store.entries('a')) expect(row).toEqual(['a', 1]);
    await store.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test('[R161] is named with its pid to the second process', async () => {
    const open = lockable();
    const store = await owned(open)();
    const second = owned(open, () => now() + 90_000)();
    await expect(second).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: `The store is in use by process ${process.pid} ("troupe run", started 90 s ago)`,
      where: '/repo/.git/troupe',
      hints: [hintLine('troupe owner status'), expect.stringContaining(`kill -TERM ${process.pid}`)],
    });
    await store.close();
    await (await owned(open)()).close();
  });

  test('is unknown when a program without an owner file has the store', async () => {
    const open = lockable();
    const store = await open();
    await expect(owned(open)()).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining('no name'),
    });
    await store.close();
  });

  test('is ignored when its process is dead', async () => {
    await writeFile(file, JSON.stringify({ pid: await deadPid(), command: 'x', started: '2026-01-01T00:00:00.000Z' }));
    expect(await readOwner(file)).toBeNull();
    const store = await owned(lockable())();
    expect(await readOwner(file)).toMatchObject({ pid: process.pid });
    await store.close();
  });

  test('counts as alive when its process may not be signalled', async () => {
    await writeFile(file, JSON.stringify({ pid: 1, command: 'x', started: '2026-01-01T00:00:00.000Z' }));
    expect(await readOwner(file)).toMatchObject({ pid: 1 });
  });

  test('is null when the file is invalid', async () => {
    const complete = { pid: process.pid, command: 'x', started: 'now' };
    const wrong = [{ pid: 0 }, { pid: 1.5 }, { command: 1 }, { started: null }, { socket: 5 }];
    const incomplete = wrong.map(part => JSON.stringify({ ...complete, ...part }));
    await writeFile(file, JSON.stringify(complete));
    expect(await readOwner(file)).toEqual({ ...complete, socket: null });
    for (const text of ['', '{"pid":', '{"pid":"7"}', 'null', ...incomplete]) {
      await writeFile(file, text);
      expect(await readOwner(file)).toBeNull();
    }
  });

  test('does not hide other errors of opening', async () => {
    await expect(owned(() => Promise.reject(new TroupeError('STORE_DAMAGED', 'bad')))()).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
    });
    await expect(owned(() => Promise.reject(new TypeError('bug')))()).rejects.toBeInstanceOf(TypeError);
  });

  test('does not keep the store when its file cannot be written', async () => {
    const open = lockable();
    await writeFile(join(folder, 'no'), 'a file, not a folder');
    const nowhere = ownedStore(open, { file: join(folder, 'no', 'where'), command: 'x', pid: process.pid, now });
    await expect(nowhere()).rejects.toMatchObject({ code: 'EEXIST' });
    await (await open()).close();
  });
});
