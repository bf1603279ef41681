import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { restrictFiles } from '../../../src/adapters/fs/owner-only.ts';
import { tempDirectories } from '../temp-directories.ts';

const directory = tempDirectories();
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('[R183] files are readable by their owner only, and folders stay searchable', async () => {
  const folder = directory();
  const lost = join(folder, 'lost');
  mkdirSync(lost, { mode: 0o755 });
  writeFileSync(join(lost, 'a'), '', { mode: 0o644 });
  await restrictFiles(folder);
  expect([folder, lost, join(lost, 'a')].map(modeOf)).toEqual(['700', '700', '600']);
});
