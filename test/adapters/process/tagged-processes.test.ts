import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { killTaggedProcesses, listTaggedProcesses, send } from '../../../src/adapters/process/tagged-processes.ts';
import { taggedPids } from '../tagged-pids.ts';
import { tempDirectories } from '../temp-directories.ts';

/** A process that outlives its parent, with its own session and pipes. */
async function orphan(marker: string, program = ''): Promise<{ pid: number; ended: Promise<unknown> }> {
  const child = spawn(process.execPath, ['-e', `${program}; console.log('up'); setInterval(() => {}, 1e6)`], {
    detached: true,
    env: { TROUPE_PROCESS_TAG: marker },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // An exited process remains until its parent, which is this test, has reaped it.
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, ended };
}

describe('Tagged processes', () => {
  const folder = tempDirectories();

  test('left by a crash are found, ended and counted [R136, R123]', async () => {
    const marker = `orphans-${process.pid}`;
    const orphans = await Promise.all([orphan(marker), orphan(marker)]);
    const pids = orphans.map(({ pid }) => pid);
    expect((await taggedPids(marker)).toSorted()).toEqual(pids.toSorted());
    expect(await killTaggedProcesses(marker)).toBe(2);
    await Promise.all(orphans.map(({ ended }) => ended));
    expect(pids.map(pid => send(pid, 0))).toEqual([false, false]);
  });

  test('are killed if they ignore SIGTERM', async () => {
    const marker = `stubborn-${process.pid}`;
    await orphan(marker, "process.on('SIGTERM', () => {})");
    expect(await killTaggedProcesses(marker, { termMs: 100 })).toBe(1);
    expect(await taggedPids(marker)).toEqual([]);
  });

  test('with another tag are left alone, even if it has the same prefix', async () => {
    const marker = `mine-${process.pid}`;
    const { pid } = await orphan(`${marker}-not`);
    expect(await killTaggedProcesses(marker)).toBe(0);
    expect(send(pid, 0)).toBe(true);
    expect(await killTaggedProcesses(`${marker}-not`)).toBe(1);
  });

  test('are found while they are starting another program', async () => {
    // What the kernel shows between the environments of the old and the new program.
    const procDir = folder();
    const starting = join(procDir, '4711');
    const stat = (state: string, flags: number) => `4711 (a) b) ${state} 1 1 1 0 -1 ${flags} ${'0 '.repeat(43)}0\n`;
    await mkdir(starting);
    await writeFile(join(starting, 'environ'), '');
    for (const line of [stat('Z', 0), stat('S', 0x200000), stat('R', 0x4), '']) {
      await writeFile(join(starting, 'stat'), line);
      expect(await taggedPids('m', { procDir })).toEqual([]);
    }
    await writeFile(join(starting, 'stat'), stat('R', 0));
    const found = taggedPids('m', { procDir });
    await writeFile(join(starting, 'environ'), 'TROUPE_PROCESS_TAG=m\0');
    expect(await found).toEqual([4711]);
  });

  test('are those whose environment has the variable, not one with a longer name', async () => {
    const procDir = folder();
    for (const [pid, variables] of [
      ['11', ['HOME=/', 'TROUPE_PROCESS_TAG=m', 'TROUPE_RUN=r', '']],
      ['12', ['MY_TROUPE_PROCESS_TAG=m', '']],
      ['13', ['TROUPE_PROCESS_TAG=', '']],
    ] as const) {
      await mkdir(join(procDir, pid));
      await writeFile(join(procDir, pid, 'environ'), variables.join('\0'));
    }
    expect((await listTaggedProcesses({ procDir })).sort((a, b) => a.pid - b.pid)).toEqual([
      { pid: 11, tag: 'm', run: 'r' },
      { pid: 13, tag: '', run: '' },
    ]);
  });

  test('are not reported as absent when the open file limit prevents the search', () => {
    const script = fileURLToPath(new URL('low-file-limit.ts', import.meta.url));
    const shell = ['-c', 'ulimit -n 64; exec "$@"', 'sh', process.execPath, '--import', 'tsx', script];
    const { poor, scarce, rich } = JSON.parse(execFileSync('sh', shell, { encoding: 'utf8' }));
    expect(poor).toMatchObject({ code: 'TOO_MANY_FILES', hints: ['ulimit -n 4096'] });
    expect(scarce).toEqual(expect.any(Number));
    expect(rich).toEqual(expect.any(Number));
  });

  test('cannot be found where processes cannot be listed', async () => {
    expect(await killTaggedProcesses('any', { procDir: '/no/such/proc' })).toBe(0);
  });
});
