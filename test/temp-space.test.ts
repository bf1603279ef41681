import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Disk, disk, mayMount } from './environment/mounts.ts';
import { tempFolder } from './temp-space.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-rooms-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('where there is no memory to write to, tests make their folders where temporary files belong', () => {
  expect(tempFolder(join(folder, 'none'))).toBe(tmpdir());
});

describe.skipIf(!mayMount)('a place in memory (needs root and mount; skipped elsewhere)', () => {
  const made: Disk[] = [];
  const memory = (megabytes: number) => {
    made.push(disk(join(folder, 'memory'), megabytes));
    return join(folder, 'memory');
  };
  afterEach(() => {
    for (const each of made.splice(0)) each.remove();
  });

  test('is taken when it is large, and left empty by the look at it', () => {
    const place = memory(4096);
    expect(tempFolder(place)).toBe(place);
    expect(readdirSync(place)).toEqual([]);
  });

  test('is not taken when it is small', () => {
    expect(tempFolder(memory(64))).toBe(tmpdir());
  });

  test('is not taken when programs may not run there, and left empty too', () => {
    const place = memory(4096);
    execFileSync('mount', ['-o', 'remount,noexec', place]);
    expect(tempFolder(place)).toBe(tmpdir());
    expect(readdirSync(place)).toEqual([]);
  });
});
