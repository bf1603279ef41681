import { join } from 'node:path';
import { startPostgres } from '../../postgres/server.ts';
import { differences } from '../../soak/soak.ts';
import { createDisturbance } from '../disturb.ts';
import { startServer } from '../queue-servers.ts';
import { runPlan } from '../whole-plan.ts';
import { leftBehind, type WorkerCaseOptions, type WorkerVerdict } from './worker-case.ts';

const storeLeaseMs = 1000;

/** Whole plans while two workers, the owner and the server of the queue are killed: each ends as if nothing was. */
export async function runKills(options: WorkerCaseOptions): Promise<WorkerVerdict> {
  const { server: name, store = 'level', programs, directory, subplans, kills, seed, report } = options;
  const workload = { subplans };
  const expected = await runPlan({ programs, folder: join(directory, 'undisturbed'), workload, workers: null });
  const server = await startServer(name);
  // It stays when the server of the queue is killed.
  const storeServer = store === 'postgres' ? await startPostgres() : null;
  const counts = { workers: 0, owner: 0, server: 0 };
  const left = () => kills - counts.workers - counts.owner - counts.server;
  const disturb = createDisturbance(seed, { most: left, pauseMs: 6000, report }, counts);
  const violations: string[] = [];
  let plans = 0;
  try {
    while (left() > 0 && violations.length === 0) {
      const round = `plan ${++plans}`;
      const workers = { server, count: 3, concurrency: 4, leaseMs: 5000 };
      const folder = join(directory, `plan-${plans}`);
      const database =
        storeServer === null ? null : { url: storeServer.url, schema: `plan_${plans}`, leaseMs: storeLeaseMs };
      const found = await runPlan({ programs, folder, workload, database, workers, disturb });
      violations.push(...leftBehind(round, found), ...differences(round, expected.observations, found.observations));
      report(`${round} is applied`);
    }
  } finally {
    await server.stop();
    await storeServer?.stop();
  }
  return Object.assign({ violations }, { seed, plans, subplans, kills: counts });
}
