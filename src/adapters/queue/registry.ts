/** The workers of a namespace. Each has a job in a queue of its own kind that is never taken: its record. */
import type { Job } from 'bullmq';
import { createAnswerWatch } from './answer-watch.ts';
import type { QueueEngine } from './engine.ts';
import { digestOf } from './job-id.ts';
import { type WorkerAbilities, WorkerRecord } from './worker-record.ts';

const registryName = 'workers';
/** Its job stays as long as the worker says that it lives. */
const never = 365 * 86_400_000;
/** Workers that are lost are shown for this many leases: five minutes by default. */
const leasesKept = 20;

/** The queue of workers with these abilities. */
export function workQueueOf(abilities: WorkerAbilities): string {
  const { protocol, agents, labels, commands, hasFiles } = abilities;
  const sorted = [protocol, Object.keys(agents).sort(), [...labels].sort(), [...commands].sort(), hasFiles];
  return `work-${digestOf(JSON.stringify(sorted))}`;
}

export const inboxOfWorker = (id: string): string => `worker-${id}`;
export const inboxOfOwner = (id: string): string => `owner-${id}`;

export interface Announcement {
  change(part: Partial<Pick<WorkerRecord, 'running' | 'isDraining'>>): void;
  /** Milliseconds for which the server has given no answer. */
  silentMs(): number;
  /** Removes the record. */
  close(): Promise<void>;
}

/** Adds the record of a worker and renews it. @param log receives a line when the server gives no answer, and when it does again */
export async function announceWorker(
  engine: QueueEngine,
  first: Omit<WorkerRecord, 'beat' | 'seenAt'>,
  log: (line: string) => void = () => undefined,
): Promise<Announcement> {
  const registry = engine.queue(registryName);
  let record: WorkerRecord = { ...first, beat: 0, seenAt: new Date().toISOString() };
  const options = { delay: never, removeOnComplete: true };
  await registry.add('queue', { queue: first.queue }, { ...options, jobId: `queue-${first.queue}` });
  let job = await registry.add('worker', record, { ...options, jobId: `worker-${first.id}` });
  const answers = createAnswerWatch({
    afterMs: first.leaseMs / 2,
    onSilence: () => log(`The worker tries again: ${engine.silence()}`),
    onAnswer: () => log(`The queue at ${engine.where} answers again`),
  });
  let last: Promise<unknown> = Promise.resolve();
  const update = (current: WorkerRecord) =>
    job
      .updateData(current)
      // A server that lost its data has no record to change.
      .catch(async () => {
        job = await registry.add('worker', current, { ...options, jobId: `worker-${first.id}` });
      });
  const write = () => {
    record = { ...record, beat: record.beat + 1, seenAt: new Date().toISOString() };
    const current = record;
    last = last.then(() => answers.ask(() => update(current))).catch(() => undefined);
  };
  const timer = setInterval(write, first.leaseMs / 3);
  return {
    change(part) {
      record = { ...record, ...part };
      write();
    },
    silentMs: answers.silentMs,
    async close() {
      clearInterval(timer);
      await last;
      answers.close();
      await job.remove().catch(() => undefined);
    },
  };
}

/** Returns the records of all workers, also of dead ones for a while, and the names of the queues of work. */
export async function readRegistry(engine: QueueEngine): Promise<{ workers: WorkerRecord[]; queues: string[] }> {
  const jobs: Job[] = await engine.queue(registryName).getJobs(['delayed']);
  const found = jobs.filter(job => job !== undefined && job !== null);
  const queues = found.filter(({ name }) => name === 'queue').map(({ data }) => String(data.queue));
  const workers = found
    .filter(({ name }) => name === 'worker')
    .map(({ data }) => WorkerRecord.safeParse(data).data)
    .filter(record => record !== undefined);
  return { workers, queues };
}

/** Removes the records and the inboxes of workers that died long ago. */
export async function removeDeadWorkers(engine: QueueEngine, now: number): Promise<void> {
  const { workers } = await readRegistry(engine);
  for (const { id, seenAt, leaseMs } of workers) {
    if (now - Date.parse(seenAt) < leaseMs * leasesKept) continue;
    const registry = engine.queue(registryName);
    await registry.remove(`worker-${id}`);
    await engine.queue(inboxOfWorker(id)).obliterate({ force: true });
  }
}

/** A worker, and whether it gave no sign of life for longer than its lease. */
export interface WatchedWorker {
  record: WorkerRecord;
  isLost: boolean;
}

/**
 * Tells living workers from lost ones by their signs of life, whatever the clocks of their machines say. At the first look there is only
 * the clock to go by. Those that were lost long ago are left out.
 */
export function createWorkerWatch(): (workers: readonly WorkerRecord[], now: number) => WatchedWorker[] {
  const seen = new Map<string, { beat: number; at: number }>();
  return (workers, now) => {
    for (const { id, beat, seenAt } of workers) {
      const before = seen.get(id);
      if (before?.beat === beat) continue;
      seen.set(id, { beat, at: before === undefined ? Math.min(now, Date.parse(seenAt)) : now });
    }
    for (const id of seen.keys()) if (!workers.some(worker => worker.id === id)) seen.delete(id);
    return workers.flatMap(record => {
      const silentLeases = (now - (seen.get(record.id)?.at ?? 0)) / record.leaseMs;
      return silentLeases < leasesKept ? [{ record, isLost: silentLeases >= 1 }] : [];
    });
  };
}
