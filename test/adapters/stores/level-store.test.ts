import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { describe, expect, test } from 'vitest';
import { levelStore, repairLevel, verifyLevel } from '../../../src/adapters/stores/level-store.ts';
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

test('counts the bytes written', async () => {
  const store = await levelStore(join(directory(), 'db'), { durability: 'power' })();
  await store.batch([
    { type: 'put', key: 'ab', value: 'cd' },
    { type: 'del', key: 'xyz' },
  ]);
  expect(store.bytesWritten).toBe(2 + 4 + 3);
  await store.close();
});

test('opening a store that another process has open reports its owner', async () => {
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

test('opening a store in use without a known owner reports that it is in use', async () => {
  const path = join(directory(), 'db');
  const db = new Level(path);
  await db.open();
  await expect(levelStore(path)()).rejects.toMatchObject({ message: 'The store is in use by another process.' });
  await db.close();
});

test('opening a path that is not a directory fails with an error that names it', async () => {
  const path = join(directory(), 'file');
  writeFileSync(path, '');
  await expect(levelStore(path)()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', where: path });
});

test('files left by a crash before the first commit do not count as a store', async () => {
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

describe('a damaged store', () => {
  test('without its CURRENT file is not treated as empty, and repair restores its rows', async () => {
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

  test('with an invalid MANIFEST is reported, and repair restores its rows', async () => {
    const path = join(directory(), 'db');
    await filled(path);
    const manifest = readdirSync(path).find(name => name.startsWith('MANIFEST')) ?? '';
    writeFileSync(join(path, manifest), 'garbage');
    await expect(levelStore(path)()).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    await repairLevel(path);
    expect(await count(path)).toBe(3000);
  });

  test('with an unreadable block fails with the repair command as hint', async () => {
    const path = join(directory(), 'db');
    await filled(path, 12_000);
    // Opening converts the log of the previous process into tables.
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

  test('cannot be repaired if the directory is not LevelDB', async () => {
    const path = join(directory(), 'file');
    writeFileSync(path, '');
    truncateSync(path);
    await expect(repairLevel(path)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });
});

/** What a process leaves that is killed: it has tables, a log, and no manifest of a closed store. */
async function crashed(path: string): Promise<void> {
  const whole = join(directory(), 'db');
  await filled(whole, 12_000);
  // Opening converts the log of the previous process into tables.
  const store = await levelStore(whole)();
  await store.batch([{ type: 'put', key: 'k/last', value: 'in the log' }]);
  cpSync(whole, path, { recursive: true });
  await store.close();
}

describe('[R267] a store that a killed process left, without one of its files,', () => {
  test('gives all data or refuses, however often it is opened', async () => {
    const whole = join(directory(), 'db');
    await crashed(whole);
    expect(readdirSync(whole)).not.toContain('SEAL');
    const outcomes: Record<string, string[]> = {};
    for (const name of readdirSync(whole)) {
      const path = join(directory(), 'db');
      cpSync(whole, path, { recursive: true });
      rmSync(join(path, name));
      const kind = name.replace(/-?\d+/, '');
      outcomes[kind] ??= [];
      for (const _ of ['once', 'again']) {
        outcomes[kind].push(await count(path).then(String, error => `${error.code} ${error.hints[0]?.command}`));
      }
    }
    const refused = 'STORE_DAMAGED doctor';
    const tables = outcomes['.ldb'] ?? [];
    expect(tables.length).toBeGreaterThan(1);
    expect(outcomes).toEqual({
      '.ldb': tables.map(() => refused),
      '.log': [refused, refused],
      CURRENT: [refused, refused],
      MANIFEST: [refused, refused],
      LOCK: ['12001', '12001'],
      LOG: ['12001', '12001'],
      'LOG.old': ['12001', '12001'],
      OWNER: ['12001', '12001'],
    });
  });

  test('and without its only rows is not a new store', async () => {
    const whole = join(directory(), 'db');
    const store = await levelStore(whole)();
    await store.batch([{ type: 'put', key: 'k/only', value: 'in the log' }]);
    const path = join(directory(), 'db');
    cpSync(whole, path, { recursive: true });
    await store.close();
    for (const name of readdirSync(path).filter(name => name.endsWith('.log'))) rmSync(join(path, name));
    const refusal = { code: 'STORE_DAMAGED', where: path, message: 'The store cannot be read: its log is gone' };
    await expect(levelStore(path)()).rejects.toMatchObject(refusal);
    await expect(verifyLevel(path)).rejects.toMatchObject(refusal);
    await repairLevel(path);
    await verifyLevel(path);
    expect(await count(path)).toBe(0);
  });
});
