import { isQueueConnectionError } from '../connection-error.ts';
import type { EngineJob, QueueEngine } from '../engine.ts';
import { type JobData, protocol } from '../messages.ts';
import { whyNot, workerWaitReason } from '../needs.ts';
import type { JobStates } from './job-states.ts';
import { type OpenJob, wait } from './open-job.ts';
import type { WorkerDirectory } from './worker-directory.ts';

export interface Placing {
  engine: QueueEngine;
  directory: WorkerDirectory;
  states: JobStates;
  inbox: string;
  /** By id. */
  open: Map<string, OpenJob>;
}

/** Waits for the job of before this process started, or else adds it. */
export async function beginJob(placing: Placing, job: OpenJob): Promise<void> {
  const { directory, states, inbox, open } = placing;
  if (directory.live().length === 0) await directory.look();
  const found = await directory.find(job.id);
  job.given.signal.throwIfAborted();
  open.set(job.id, job);
  if (found === null) return placeJob(placing, job);
  wait(job, null);
  await takeOver(job, found, inbox);
  states.watch(found.queue);
  await states.check(job);
}

/** Adds a job to the best queue; without one it waits. */
export async function placeJob({ engine, directory, states, inbox, open }: Placing, job: OpenJob): Promise<void> {
  const best = bestQueue(directory, job, [...open.values()]);
  wait(job, best === null ? workerWaitReason(directory.live(), job.given.needs) : null);
  if (best === null) return;
  job.queue = best;
  states.watch(best);
  try {
    const data = job.data ?? { protocol, key: job.given.key, inbox, ...(await job.given.data()) };
    job.data = { ...data, attemptsBefore: job.lastAttempt };
    await engine.queue(best).add(job.data.work.kind, job.data, { jobId: job.id });
  } catch (error) {
    if (isQueueConnectionError(error)) job.queue = null;
    else job.fail(error);
  }
}

/** Returns the queue of workers that fit and have the least to do; null when none fits. */
function bestQueue(directory: WorkerDirectory, { given }: OpenJob, all: readonly OpenJob[]): string | null {
  const fitting = directory
    .live()
    .filter(({ abilities, isDraining }) => !isDraining && whyNot(abilities, given.needs) === null);
  const load = (queue: string) => {
    const capacity = fitting.filter(each => each.queue === queue).reduce((sum, each) => sum + each.concurrency, 0);
    return all.filter(each => each.queue === queue).length / capacity;
  };
  const [best = null] = [...new Set(fitting.map(({ queue }) => queue))].sort((a, b) => load(a) - load(b));
  return best;
}

/** A job of before this process started is now this process's. */
async function takeOver(job: OpenJob, { queue, job: found }: { queue: string; job: EngineJob }, inbox: string) {
  const data = found.data as JobData;
  job.data = { ...data, inbox };
  await job.given.onFound(data);
  job.queue = queue;
  // For attempts that begin from now on.
  await found.updateData(job.data);
}
