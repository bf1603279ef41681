/** What more workers bring, and what a subplan on workers costs, with a real Redis server. `npm run workers` measures both. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorker, workerQueue } from '../../src/worker.ts';
import { compile } from '../compile.ts';
import { measureSlowness } from '../run-cost.ts';
import { runTree } from './cases/tree.ts';
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts';
import { createProject, runWorkload } from './workload.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-rate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.runIf(!hasRedis)('the rate of workers was not tested: there is no Redis server', () => undefined);

describe.skipIf(!hasRedis)('work on workers', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  /** The most agents that so many workers ran at the same time. */
  async function mostAtOnce(count: number): Promise<number> {
    const place = join(folder, `of-${count}`);
    const { exchange } = createProject(place);
    const at = { queue: server.url, namespace: `rate_${count}`, exchange };
    const running = new Set<string>();
    let most = 0;
    const workers = await Promise.all(
      Array.from({ length: count }, () =>
        startWorker({
          ...{ ...at, folder: join(place, 'workers'), commands: ['sh'], concurrency: 2, agents: ['steps'] },
          env: { PATH: process.env.PATH ?? '' },
          log(line) {
            const [plan = ''] = line.split(' ');
            if (line.includes(': begins')) running.add(plan);
            else running.delete(plan);
            most = Math.max(most, running.size);
          },
        }),
      ),
    );
    await runWorkload(place, { subplans: 12, waits: 2, check: false }, { workers: workerQueue(at) });
    await Promise.all(workers.map(each => each.drain()));
    return most;
  }

  test('goes on at the same time on all of them: three do three times as much as one [R280]', async () => {
    expect(await mostAtOnce(1)).toBe(2);
    expect(await mostAtOnce(3)).toBe(6);
  }, 180_000);

  test('costs less than 100 ms of processor time for a subplan more than in process, on the usual machine [R280]', async () => {
    const code = join(folder, 'code');
    mkdirSync(code);
    compile(['test/workers/programs/owner.ts', 'test/workers/programs/worker.ts'], code);
    const program = (name: string) => join(code, `test/workers/programs/${name}.js`);
    const verdict = await runTree({
      ...{ server: 'redis', programs: { owner: program('owner'), worker: program('worker') } },
      ...{ directory: folder, subplans: 30, kills: 0, seed: 0, report: () => undefined },
    });
    expect(verdict.violations).toEqual([]);
    const { alone, owner, workers } = (verdict as unknown as { cpu: Record<string, number> }).cpu as {
      alone: number;
      owner: number;
      workers: number;
    };
    console.log(JSON.stringify({ alone, owner, workers }));
    expect((owner + workers - alone) / measureSlowness()).toBeLessThan(100);
  }, 180_000);
});
