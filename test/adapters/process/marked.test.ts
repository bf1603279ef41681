import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { endMarked, marked, send } from '../../../src/adapters/process/marked.ts';

/** A process that outlived whoever started it: its own session, its own pipes. */
async function orphan(marker: string, program = ''): Promise<number> {
  const child = spawn(process.execPath, ['-e', `${program}; console.log('up'); setInterval(() => {}, 1e6)`], {
    detached: true,
    env: { TROUPE_MARK: marker },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

describe('Marked processes', () => {
  test('left over from a crash are found and ended, and counted [R136, R123]', async () => {
    const marker = `orphans-${process.pid}`;
    const pids = await Promise.all([orphan(marker), orphan(marker)]);
    expect((await marked(marker)).toSorted()).toEqual(pids.toSorted());
    expect(await endMarked(marker)).toBe(2);
    expect(pids.map(pid => send(pid, 0))).toEqual([false, false]);
  });

  test('are killed when they ignore the request to end', async () => {
    const marker = `stubborn-${process.pid}`;
    await orphan(marker, "process.on('SIGTERM', () => {})");
    expect(await endMarked(marker, { termMs: 100 })).toBe(1);
    expect(await marked(marker)).toEqual([]);
  });

  test('of another marker are left alone, one that begins the same included', async () => {
    const marker = `mine-${process.pid}`;
    const pid = await orphan(`${marker}-not`);
    expect(await endMarked(marker)).toBe(0);
    expect(send(pid, 0)).toBe(true);
    expect(await endMarked(`${marker}-not`)).toBe(1);
  });

  test('cannot be found where processes are not listed', async () => {
    expect(await endMarked('any', { procDir: '/no/such/proc' })).toBe(0);
  });
});
