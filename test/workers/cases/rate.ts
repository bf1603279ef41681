import { join } from 'node:path';
import { startServer } from '../queue-servers.ts';
import { runPlan } from '../whole-plan.ts';
import { leftBehind, type WorkerCaseOptions, type WorkerVerdict } from './worker-case.ts';

const waits = 4;
const concurrency = 4;
const subplans = 96;

/** How much faster three workers do the work of agents that wait than one. */
export async function runRate({ server: name, programs, directory }: WorkerCaseOptions): Promise<WorkerVerdict> {
  const server = await startServer(name);
  const violations: string[] = [];
  const run = async (count: number) => {
    const folder = join(directory, `rate-${count}`);
    const workload = { subplans, waits, check: false };
    const found = await runPlan({
      programs,
      folder,
      workload,
      workers: { server, count, concurrency, leaseMs: 15_000 },
    });
    violations.push(...leftBehind(`${count} workers`, found));
    return found.owner.ms ?? 0;
  };
  try {
    const [oneMs, threeMs] = [await run(1), await run(3)];
    const ratio = Math.round((oneMs / threeMs) * 100) / 100;
    if (ratio < 2.7) violations.push(`three workers are only ${ratio} times as fast as one`);
    return Object.assign({ violations }, { subplans, waits, concurrency, oneMs, threeMs, ratio });
  } finally {
    await server.stop();
  }
}
