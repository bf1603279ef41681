import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveFolder, removeFolder, whenFree } from '../../../src/adapters/files/when-free.ts';
import { temporaryDirectories } from '../temporary.ts';

const temporary = temporaryDirectories();

/** An act that fails so many times with an error of the system, and how long was waited for it. */
function refusing(code: string, times: number) {
  const waited: number[] = [];
  let tries = 0;
  const act = async () => {
    tries += 1;
    if (tries <= times) throw Object.assign(new Error(`${code}: try ${tries}`), { code });
    return tries;
  };
  return { waited, ask: () => whenFree(act, async ms => waited.push(ms)) };
}

test.each([
  'EBUSY',
  'EPERM',
  'EACCES',
  'ENOTEMPTY',
])('what somebody has open is asked for again, more and more patiently: %s [R152]', async code => {
  const { ask, waited } = refusing(code, 3);
  expect(await ask()).toBe(4);
  expect(waited).toEqual([50, 100, 200]);
});

test('after a second and a half the refusal stands [R152]', async () => {
  const { ask, waited } = refusing('EBUSY', 6);
  await expect(ask()).rejects.toThrow('EBUSY: try 6');
  expect(waited.reduce((sum, ms) => sum + ms, 0)).toBe(1500);
});

test('any other error is told at once', async () => {
  const { ask, waited } = refusing('EISDIR', 1);
  await expect(ask()).rejects.toThrow('EISDIR: try 1');
  expect(waited).toEqual([]);
});

test('folders are moved and removed whole, and one that is gone is removed already', async () => {
  const place = temporary();
  mkdirSync(join(place, 'a/b'), { recursive: true });
  writeFileSync(join(place, 'a/b/c'), '');
  await moveFolder(join(place, 'a'), join(place, 'd'));
  expect(existsSync(join(place, 'd/b/c'))).toBe(true);
  await removeFolder(join(place, 'd'));
  await removeFolder(join(place, 'd'));
  expect(existsSync(join(place, 'd'))).toBe(false);
});
