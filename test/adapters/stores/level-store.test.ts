import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { describe, expect, test } from 'vitest';
import { levelStore, repairLevel } from '../../../src/adapters/stores/level-store.ts';
import { storeSuite } from '../../../src/testing/store-suite.ts';
import { hintLine } from '../../hint-line.ts';
import { tempDirectories } from '../temp-directories.ts';

const directory = tempDirectories();

storeSuite({ test, expect }, async () => levelStore(join(directory(), 'db')));

async function filled(path: string, rows = 3000): Promise<void> {
  const store = await levelStore(path)();
  for (let at = 0; at < rows; at += 100) {
    const some = Array.from({ length: 100 }, (_, offset) => ({
      type: 'put' as const,
      key: `k/${String(at + offset).padStart(6, '0')}`,
      value: 'v'.repeat(500),
    }));
    await store.batch(some);
  }
  await store.close();
}

async function count(path: string): Promise<number> {
  const store = await levelStore(path)();
  let rows = 0;
  for await (const _ of store.entries('k/')) rows++;
  await store.close();
  return rows;
}

test('it counts the bytes it was given', async () => {
  const store = await levelStore(join(directory(), 'db'), { durability: 'power' })();
  await store.batch([
    { type: 'put', key: 'ab', value: 'cd' },
    { type: 'del', key: 'xyz' },
  ]);
  expect(store.bytesWritten).toBe(2 + 4 + 3);
  await store.close();
});

test('a store in use by another says whose it is', async () => {
  const path = join(directory(), 'db');
  const store = await levelStore(path)();
  await expect(levelStore(path)()).rejects.toMatchObject({
    code: 'STORE_LOCKED',
    message: `The store is in use by process ${process.pid}.`,
    details: { owner: process.pid },
  });
  await expect(repairLevel(path)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  await store.close();
});

test('a store in use whose owner left no name is still said to be in use', async () => {
  const path = join(directory(), 'db');
  const db = new Level(path);
  await db.open();
  await expect(levelStore(path)()).rejects.toMatchObject({ message: 'The store is in use by another process.' });
  await db.close();
});

test('a place that is no directory is an error that names it', async () => {
  const path = join(directory(), 'file');
  writeFileSync(path, '');
  await expect(levelStore(path)()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', where: path });
});

test('what a crash leaves before the first commit is no store yet', async () => {
  const path = join(directory(), 'db');
  mkdirSync(path);
  writeFileSync(join(path, 'LOCK'), '');
  writeFileSync(join(path, 'LOG'), '');
  const store = await levelStore(path)();
  await store.batch([{ type: 'put', key: 'a', value: 1 }]);
  await store.close();
  const again = await levelStore(path)();
  expect(await again.get('a')).toBe(1);
  await again.close();
});

describe('damage', () => {
  test('a store that lost its CURRENT file is not taken for an empty one, and repairing brings the rows back', async () => {
    const path = join(directory(), 'db');
    await filled(path);
    rmSync(join(path, 'CURRENT'));
    await expect(levelStore(path)()).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      where: path,
      hints: [hintLine('troupe doctor --repair')],
    });
    await repairLevel(path);
    expect(await count(path)).toBe(3000);
  });

  test('a store whose MANIFEST is garbage says so, and repairing brings the rows back', async () => {
    const path = join(directory(), 'db');
    await filled(path);
    const manifest = readdirSync(path).find(name => name.startsWith('MANIFEST')) ?? '';
    writeFileSync(join(path, manifest), 'garbage');
    await expect(levelStore(path)()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    await repairLevel(path);
    expect(await count(path)).toBe(3000);
  });

  test('a block that cannot be read is an error with the repair command', async () => {
    const path = join(directory(), 'db');
    await filled(path, 12_000);
    // Opening turns the log of the last time into tables.
    expect(await count(path)).toBe(12_000);
    for (const table of readdirSync(path).filter(name => name.endsWith('.ldb'))) {
      const bytes = readFileSync(join(path, table));
      bytes.fill(0x5a, 200, 4000);
      writeFileSync(join(path, table), bytes);
    }
    await expect(count(path)).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      hints: [hintLine('troupe doctor --repair')],
    });
  });

  test('a directory that is not LevelDB cannot be repaired', async () => {
    const path = join(directory(), 'file');
    writeFileSync(path, '');
    truncateSync(path);
    await expect(repairLevel(path)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });
});
