import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { removeStale, tempName } from '../../../../src/adapters/project/git/temp-files.ts';

describe('a temporary file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'troupe-temp-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ofTheDead = (kind: string) => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    return tempName(kind).replace(`-${process.pid}-`, `-${pid}-`);
  };

  test('is removed when its process is dead, including folders and locks [R123]', async () => {
    writeFileSync(join(folder, ofTheDead('index')), '');
    writeFileSync(join(folder, `${ofTheDead('index')}.lock`), '');
    mkdirSync(join(folder, ofTheDead('gone'), 'logs'), { recursive: true });
    await removeStale(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('stays when its process is alive or on another machine, or when it is another kind of file', async () => {
    const another = ofTheDead('index').replace(/-[0-9a-f]{6}-/, '-000000-');
    // The first process of the system is alive, and may not be signalled by every user.
    const ofTheFirst = tempName('index').replace(`-${process.pid}-`, '-1-');
    const kept = [tempName('index'), another, ofTheFirst, 'apply.lock', 'root-index'];
    for (const name of kept) writeFileSync(join(folder, name), '');
    await removeStale(folder);
    expect(readdirSync(folder).sort()).toEqual(kept.sort());
  });
});
