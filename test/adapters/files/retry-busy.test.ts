import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveFolder, removeFolder, retryWhileBusy } from '../../../src/adapters/files/retry-busy.ts';
import { tempDirectories } from '../temp-directories.ts';

const temporary = tempDirectories();

/** An operation that fails several times with a system error, and how long each retry waited. */
function refusing(code: string, times: number, isWindows = false) {
  const waited: number[] = [];
  let tries = 0;
  const act = async () => {
    tries += 1;
    if (tries <= times) throw Object.assign(new Error(`${code}: try ${tries}`), { code });
    return tries;
  };
  return { waited, ask: () => retryWhileBusy(act, { wait: async ms => waited.push(ms), isWindows }) };
}

test('an error without a code is final', async () => {
  const waited: number[] = [];
  const act = () => Promise.reject('planted');
  await expect(retryWhileBusy(act, { wait: async ms => waited.push(ms) })).rejects.toBe('planted');
  expect(waited).toEqual([]);
});

test.each([
  ['EBUSY', false],
  ['ENOTEMPTY', false],
  ['EPERM', true],
  ['EACCES', true],
])('a busy file is retried with increasing delays: %s, on Windows: %s [R152]', async (code, isWindows) => {
  const { ask, waited } = refusing(code, 3, isWindows);
  expect(await ask()).toBe(4);
  expect(waited).toEqual([50, 100, 200]);
});

test.each(['EPERM', 'EACCES'])('%s on other systems fails at once', async code => {
  const { ask, waited } = refusing(code, 1);
  await expect(ask()).rejects.toThrow(`${code}: try 1`);
  expect(waited).toEqual([]);
});

test('retries stop after 1.5 seconds with the error [R152]', async () => {
  const { ask, waited } = refusing('EBUSY', 6);
  await expect(ask()).rejects.toThrow('EBUSY: try 6');
  expect(waited.reduce((sum, ms) => sum + ms, 0)).toBe(1500);
});

test('any other error fails at once', async () => {
  const { ask, waited } = refusing('EISDIR', 1);
  await expect(ask()).rejects.toThrow('EISDIR: try 1');
  expect(waited).toEqual([]);
});

test('folders are moved and removed with their content, and removing a missing one succeeds', async () => {
  const place = temporary();
  mkdirSync(join(place, 'a/b'), { recursive: true });
  writeFileSync(join(place, 'a/b/c'), '');
  await moveFolder(join(place, 'a'), join(place, 'd'));
  await expect(moveFolder(join(place, 'a'), join(place, 'e'))).rejects.toThrow('ENOENT');
  expect(existsSync(join(place, 'd/b/c'))).toBe(true);
  await removeFolder(join(place, 'd'));
  await removeFolder(join(place, 'd'));
  expect(existsSync(join(place, 'd'))).toBe(false);
});

/** Runs as an ordinary user, because root may do everything. */
const otherUser = 65_534;

test.skipIf(platform() === 'win32')(
  'a read-only folder is moved and removed, and the permissions of files outside are unchanged [R133]',
  async () => {
    const place = temporary();
    for (const name of ['tree/a/b', 'outside', 'kept']) mkdirSync(join(place, name), { recursive: true });
    writeFileSync(join(place, 'tree/a/b/c'), '', { mode: 0o444 });
    symlinkSync(join(place, 'outside'), join(place, 'tree/a/link'));
    const isRoot = process.getuid?.() === 0;
    if (isRoot) for (const name of await everything(place)) lchownSync(name, otherUser, otherUser);
    for (const name of ['tree/a/b', 'tree/a', 'tree', 'outside']) chmodSync(join(place, name), 0o500);
    if (isRoot) process.seteuid?.(otherUser);
    try {
      await moveFolder(join(place, 'tree'), join(place, 'kept/moved'));
      await removeFolder(join(place, 'kept/moved'));
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect([existsSync(join(place, 'tree')), readdirSync(join(place, 'kept'))]).toEqual([false, []]);
    expect(statSync(join(place, 'outside')).mode & 0o777).toBe(0o500);
  },
);

/** A folder with files. */
async function everything(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return [folder, ...names.map(name => join(folder, name))];
}
