import type { QueueEngine } from '../engine.ts';
import type { JobData } from '../messages.ts';
import type { JobStops } from './job-stops.ts';
import type { WorkerDirectory } from './worker-directory.ts';

interface Sweeping {
  engine: QueueEngine;
  directory: WorkerDirectory;
  stops: JobStops;
  inbox: string;
  isOpen(id: string): boolean;
}

/** Stops jobs of an owner for which no process waits, and removes the inboxes of its earlier processes. */
export async function sweepJobs(
  { engine, directory, stops, inbox, isOpen }: Sweeping,
  isOurs: (planId: string) => Promise<boolean>,
): Promise<void> {
  await directory.look();
  const past = new Set<string>();
  for (const { id, data, queue } of await allJobs(engine, directory)) {
    const { planId } = data.plan;
    if (!(await isOurs(planId))) continue;
    if (data.inbox !== inbox) past.add(data.inbox);
    if (!isOpen(id) && !stops.has(id)) stops.stop({ id, planId, queue });
  }
  await stops.wait();
  for (const name of past) await engine.queue(name).obliterate({ force: true });
}

async function allJobs(
  engine: QueueEngine,
  directory: WorkerDirectory,
): Promise<{ id: string; data: JobData; queue: string }[]> {
  const found = await Promise.all(
    directory.queues().map(async queue => {
      const jobs = await engine.queue(queue).getJobs(['waiting', 'active', 'completed', 'failed', 'prioritized']);
      return jobs.map(({ id, data }) => ({ id: String(id), data: data as JobData, queue }));
    }),
  );
  return found.flat();
}
