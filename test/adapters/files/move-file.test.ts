import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveFile } from '../../../src/adapters/files/move-file.ts';

test('moving a file replaces its target, and moving a missing file fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-move-'));
  try {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    writeFileSync(from, 'new');
    writeFileSync(to, 'old');
    await moveFile(from, to);
    expect([readdirSync(folder), readFileSync(to, 'utf8')]).toEqual([['to'], 'new']);
    await expect(moveFile(from, to)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readFileSync(to, 'utf8')).toBe('new');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
