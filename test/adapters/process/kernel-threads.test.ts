import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listKernelThreads } from '../../../src/adapters/process/kernel-threads.ts';
import { taggedPids } from '../tagged-pids.ts';
import { tempDirectories } from '../temp-directories.ts';

describe('Kernel threads', () => {
  const folder = tempDirectories();

  /** A /proc whose process 2 has this `stat` and these children. */
  async function createProc(stat: string, children: string): Promise<string> {
    const procDir = folder();
    await mkdir(join(procDir, '2/task/2'), { recursive: true });
    await writeFile(join(procDir, '2/stat'), stat);
    await writeFile(join(procDir, '2/task/2/children'), children);
    return procDir;
  }

  test('are the children of kthreadd, and are not read for tags', async () => {
    const procDir = await createProc('2 (kthreadd) S 0 0 0 0 -1 2129984 0\n', '30 41 ');
    expect([...listKernelThreads(procDir)]).toEqual(expect.arrayContaining(['30', '41']));
    for (const pid of ['41', '42']) {
      await mkdir(join(procDir, pid));
      await writeFile(join(procDir, pid, 'environ'), 'TROUPE_PROCESS_TAG=m\0');
    }
    expect(await taggedPids('m', { procDir })).toEqual([42]);
  });

  test.each([
    ['an ordinary process', '2 (node) S 1 1 1 0 -1 4194304 0\n'],
    ['an ordinary process with the name of kthreadd', '2 (kthreadd) S 1 1 1 0 -1 4194304 0\n'],
  ])('are unknown where process 2 is %s', async (_, stat) => {
    expect(listKernelThreads(await createProc(stat, '30 41 ')).size).toBe(0);
  });

  test('are unknown where the system does not list them', () => {
    expect(listKernelThreads(folder()).size).toBe(0);
  });

  test.runIf(process.platform === 'linux')('of this machine have no program', () => {
    const programs = [...listKernelThreads('/proc')].filter(pid => pid !== '' && commandOf(pid) !== '');
    expect(programs).toEqual([]);
  });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
