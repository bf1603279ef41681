import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  findTampering,
  ownerFile,
  readKnownTables,
  readManifest,
  writeManifest,
} from '../../../src/adapters/stores/level-manifest.ts';

/** A closed store with one table, last written in the year 2001. */
async function closedStore(content: string) {
  const path = mkdtempSync(join(tmpdir(), 'troupe-manifest-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const table = join(path, '000046.ldb');
  writeFileSync(join(path, ownerFile), '1\n');
  writeFileSync(table, content);
  utimesSync(table, 1e9, 1e9);
  await writeManifest(path, new Map());
  return { path, table, tablesOfOpening: async () => readKnownTables(path, await readManifest(path)) };
}

async function differenceOf(path: string) {
  const manifest = await readManifest(path);
  return manifest && findTampering(path, manifest, { thorough: true });
}

test('[R267] a table whose number LevelDB gave to another one is no damage', async () => {
  const { path, table, tablesOfOpening } = await closedStore('not complete when the store was closed');
  const known = await tablesOfOpening();
  writeFileSync(table, 'another table');
  await writeManifest(path, known);
  expect(await differenceOf(path)).toBeNull();
  writeFileSync(table, 'cut');
  expect(await differenceOf(path)).toContain('000046.ldb has 3 bytes where it had 13');
});

test('[R267] a table that was changed while the store was closed stays damage, also after the store was opened', async () => {
  const { path, table, tablesOfOpening } = await closedStore('a complete table');
  writeFileSync(table, 'a c0mplete table');
  await writeManifest(path, await tablesOfOpening());
  expect(await differenceOf(path)).toBe('000046.ldb was changed');
});
