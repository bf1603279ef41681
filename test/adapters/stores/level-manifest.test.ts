import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findTampering, ownerFile, readManifest, writeManifest } from '../../../src/adapters/stores/level-manifest.ts';

test('[R267] a table whose number LevelDB gave to another one is no damage', async () => {
  const path = mkdtempSync(join(tmpdir(), 'troupe-manifest-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  const table = join(path, '000046.ldb');
  writeFileSync(join(path, ownerFile), '1\n');
  writeFileSync(table, 'not complete when the store was closed');
  await writeManifest(path, null);
  const last = await readManifest(path);
  writeFileSync(table, 'another table');
  await writeManifest(path, last);
  const sealed = await readManifest(path);
  expect(sealed && (await findTampering(path, sealed, { thorough: true }))).toBeNull();
  writeFileSync(table, 'cut');
  expect(sealed && (await findTampering(path, sealed))).toContain('000046.ldb has 3 bytes where it had 13');
});
