import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Disk, disk, mayMount } from './environment/mounts.ts';
import { tempFolder } from './temp-space.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-temp-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('without a writable file system in memory, tests use the folder for temporary files', () => {
  expect(tempFolder(join(folder, 'none'))).toBe(tmpdir());
});

describe.skipIf(!mayMount)('a file system in memory (needs root and mount; skipped elsewhere)', () => {
  const made: Disk[] = [];
  const memory = (megabytes: number) => {
    made.push(disk(join(folder, 'memory'), megabytes));
    return join(folder, 'memory');
  };
  afterEach(() => {
    for (const each of made.splice(0)) each.remove();
  });

  test('is used when it is large, and the check leaves it empty', () => {
    const place = memory(4096);
    expect(tempFolder(place)).toBe(place);
    expect(readdirSync(place)).toEqual([]);
  });

  test('is not used when it is small', () => {
    expect(tempFolder(memory(64))).toBe(tmpdir());
  });

  test('is not used when programs may not run there, and is left empty too', () => {
    const place = memory(4096);
    execFileSync('mount', ['-o', 'remount,noexec', place]);
    expect(tempFolder(place)).toBe(tmpdir());
    expect(readdirSync(place)).toEqual([]);
  });
});
