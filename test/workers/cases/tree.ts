import { join } from 'node:path';
import { differences } from '../../soak/soak.ts';
import { startServer } from '../queue-servers.ts';
import { runPlan } from '../whole-plan.ts';
import { cpuOf, leftBehind, type WorkerCaseOptions, type WorkerVerdict } from './worker-case.ts';

/** A plan whose subplans three workers do ends as one whose subplans one process does; what a subplan costs more than there. */
export async function runTree({
  server: name,
  programs,
  directory,
  subplans,
}: WorkerCaseOptions): Promise<WorkerVerdict> {
  const workload = { subplans };
  const alone = await runPlan({ programs, folder: join(directory, 'alone'), workload, workers: null });
  const server = await startServer(name);
  try {
    const workers = { server, count: 3, concurrency: 16, leaseMs: 15_000 };
    const shared = await runPlan({ programs, folder: join(directory, 'shared'), workload, workers });
    const perSubplan = (ms: number) => Math.round((ms / subplans) * 10) / 10;
    const [aloneMs, sharedMs] = [alone.owner.ms ?? 0, shared.owner.ms ?? 0];
    const figures = {
      ...{ aloneMs, sharedMs, jobs: shared.jobs },
      overheadMs: perSubplan(sharedMs - aloneMs),
      cpu: {
        alone: perSubplan(cpuOf([alone.owner])),
        owner: perSubplan(cpuOf([shared.owner])),
        ownerItself: perSubplan(shared.owner.cpuMs),
        workers: perSubplan(cpuOf(shared.workers)),
      },
    };
    const violations = [
      ...leftBehind('alone', alone),
      ...leftBehind('shared', shared),
      ...differences('shared', alone.observations, shared.observations),
      ...(shared.jobs.some(jobs => jobs === 0) ? [`a worker did nothing: ${shared.jobs}`] : []),
    ];
    return Object.assign({ violations }, figures);
  } finally {
    await server.stop();
  }
}
