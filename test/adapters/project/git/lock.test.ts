import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createKeyedMutex } from '../../../../src/adapters/project/git/keyed-mutex.ts';
import { acquireLock, linkIfAbsent } from '../../../../src/adapters/project/git/lock.ts';
import { createTempFolder } from './git-fixture.ts';

const run = promisify(execFile);
const folder = createTempFolder();
const file = join(folder, 'lock');
beforeEach(() => rm(file, { force: true }));
afterAll(() => rm(folder, { recursive: true }));

/** The lock of a dead process, or of a process with the same pid and another start time. */
async function claimOf(change: Record<string, unknown>): Promise<string> {
  const lock = await acquireLock(file);
  const claim = JSON.parse(await readFile(file, 'utf8'));
  await lock[Symbol.asyncDispose]();
  return JSON.stringify({ ...claim, nonce: 'other', ...change });
}

const deadPid = async () => Number((await run(process.execPath, ['-p', 'process.pid'])).stdout);

test('A file is linked under a name that is free only', async () => {
  const own = createTempFolder();
  const [mine, other, name] = ['mine', 'other', 'name'].map(each => join(own, each)) as [string, string, string];
  await writeFile(mine, 'mine');
  await writeFile(other, 'other');
  expect(await linkIfAbsent(mine, name)).toBe(true);
  expect(await linkIfAbsent(other, name)).toBe(false);
  expect(await readFile(name, 'utf8')).toBe('mine');
  await expect(linkIfAbsent(join(own, 'none'), join(own, 'new'))).rejects.toMatchObject({ code: 'ENOENT' });
  await rm(own, { recursive: true });
});

describe('a lock between processes', () => {
  test('has one holder at a time', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      await using _lock = await acquireLock(file);
      inside += 1;
      most = Math.max(most, inside);
      await readFile(file);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 12 }, work));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a dead process is taken over by exactly one waiting process', async () => {
    await writeFile(file, await claimOf({ pid: await deadPid() }));
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        await using _lock = await acquireLock(file);
        inside += 1;
        most = Math.max(most, inside);
        await readFile(file);
        inside -= 1;
      }),
    );
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('whose pid another process reuses is taken over', async () => {
    await writeFile(file, await claimOf({ started: '1' }));
    await using _lock = await acquireLock(file, { waitMs: 2_000 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  test.each([
    '',
    '{"pid": 1',
    '"a lock"',
  ])('that was only partly written, %j, is taken over, because no live process leaves that', async half => {
    await writeFile(file, half);
    await using _lock = await acquireLock(file, { waitMs: 2_000 });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  test('of a process that died while taking over another lock is taken over', async () => {
    const dead = await claimOf({ pid: await deadPid() });
    await writeFile(file, dead);
    await writeFile(`${file}.b`, dead);
    await using _lock = await acquireLock(file, { waitMs: 2_000 });
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  test('is waited for until a timeout, and the error names its holder', async () => {
    await using _lock = await acquireLock(file, { purpose: 'opening a sandbox' });
    await expect(acquireLock(file, { waitMs: 20 })).rejects.toMatchObject({
      code: 'LOCK_CONFLICT',
      message: expect.stringContaining(`process ${process.pid}`),
      where: file,
    });
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  test('of another machine is never taken over', async () => {
    await writeFile(file, await claimOf({ pid: await deadPid(), host: 'elsewhere' }));
    await expect(acquireLock(file, { waitMs: 20 })).rejects.toMatchObject({
      code: 'LOCK_CONFLICT',
      message: expect.stringContaining('on elsewhere'),
    });
  });

  test('of a process of another user without a start time is respected', async () => {
    await writeFile(file, await claimOf({ pid: 1, started: null }));
    await expect(acquireLock(file, { waitMs: 20 })).rejects.toMatchObject({ code: 'LOCK_CONFLICT' });
  });

  test('that can neither be acquired nor read is not waited for forever', async () => {
    await mkdir(file);
    await expect(acquireLock(file, { waitMs: 20 })).rejects.toThrow('another process has been working');
    await rm(file, { recursive: true });
  });

  test('requires its folder', async () => {
    await expect(acquireLock(join(folder, 'no/lock'))).rejects.toThrow('ENOENT');
  });
});

describe('the mutex', () => {
  test('runs tasks with the same key in sequence and others in parallel, and continues after a failure', async () => {
    const turns = createKeyedMutex();
    const order: string[] = [];
    let release = () => {};
    const gate = new Promise<void>(resolve => {
      release = resolve;
    });
    const first = turns.run('a', async () => {
      await gate;
      order.push('a1');
      throw new Error('a1 failed');
    });
    const second = turns.run('a', async () => {
      order.push('a2');
      return 2;
    });
    await turns.run('b', async () => {
      order.push('b');
    });
    release();
    await expect(first).rejects.toThrow('a1 failed');
    expect(await second).toBe(2);
    expect(order).toEqual(['b', 'a1', 'a2']);
  });
});
