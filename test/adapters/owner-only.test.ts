import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeFiles } from '../../src/adapters/owner-only.ts';
import { temporaryDirectories } from './temporary.ts';

const directory = temporaryDirectories();
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('[R183] files are for their owner only, and folders among them can still be looked into', async () => {
  const folder = directory();
  const lost = join(folder, 'lost');
  mkdirSync(lost, { mode: 0o755 });
  writeFileSync(join(lost, 'a'), '', { mode: 0o644 });
  await closeFiles(folder);
  expect([folder, lost, join(lost, 'a')].map(modeOf)).toEqual(['700', '700', '600']);
});
