/** The same plan on workers and in one process, over each server. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorker, workerQueue } from '../../src/worker.ts';
import { type QueueServer, queueServers, startServer } from './queue-servers.ts';
import { createProject, runWorkload } from './workload.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-tree-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(queueServers)('a plan on workers over %s [R272, R273]', (name, isThere) => {
  let server: QueueServer;
  beforeAll(async () => {
    if (isThere) server = await startServer(name);
  }, 60_000);
  afterAll(() => server?.stop());

  test.runIf(!isThere)('was not run: there is no server', () => undefined);

  test.runIf(isThere)(
    'gets from two workers the tree that it gets in one process',
    async () => {
      const [there, here] = [join(folder, name, 'there'), join(folder, name, 'here')];
      const { exchange } = createProject(there);
      createProject(here);
      const at = { queue: server.url, namespace: `tree_${process.pid}`, exchange };
      const done = [0, 0];
      const workers = await Promise.all(
        done.map((_, each) =>
          startWorker({
            ...{ ...at, folder: join(folder, name, 'workers'), commands: ['sh'], concurrency: 2 },
            env: { PATH: process.env.PATH ?? '' },
            log: line => {
              if (line.endsWith('done')) done[each] = (done[each] ?? 0) + 1;
            },
          }),
        ),
      );
      const onWorkers = await runWorkload(there, { subplans: 12 }, { workers: workerQueue(at) });
      await Promise.all(workers.map(each => each.drain()));
      const inProcess = await runWorkload(here, { subplans: 12 });
      expect(onWorkers.record).toMatchObject({ error: null });
      expect(Object.keys(onWorkers.files)).toHaveLength(20 + 12);
      expect(onWorkers.files).toEqual(inProcess.files);
      expect(Math.min(...done)).toBeGreaterThan(0);
      expect(execFileSync('git', ['for-each-ref'], { cwd: exchange, encoding: 'utf8' })).toBe('');
    },
    120_000,
  );
});
