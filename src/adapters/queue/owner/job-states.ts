import type { Worker } from 'bullmq';
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { EngineJob, QueueEngine } from '../engine.ts';
import { attemptOf, type JobResult, type ToWorker } from '../messages.ts';
import { readUnreadMessages } from '../unread-messages.ts';
import { progressOf } from './job-stops.ts';
import { noteAttempt, type OpenJob } from './open-job.ts';
import type { WorkerDirectory } from './worker-directory.ts';

/** What became of jobs that are in a queue. */
export interface JobStates {
  /** Reads the state of a job, and resolves it if it has ended. */
  check(job: OpenJob): Promise<void>;
  /** Receives the ends of jobs in a queue, and gives jobs of dead workers back when no other worker is there to do so. */
  watch(queue: string): void;
}

interface JobStatesOptions {
  engine: QueueEngine;
  directory: WorkerDirectory;
  /** The inbox of this process. */
  inbox: string;
  send(worker: string, message: ToWorker): void;
  find(id: string): OpenJob | undefined;
}

/** A job is given back at the second check after its worker's lease ended. The checks of all processes on a queue take turns. */
const stalledCheckMs = 1000;

export function createJobStates({ engine, directory, inbox, send, find }: JobStatesOptions): JobStates {
  const watched = new Map<string, Worker>();
  const attach = (job: OpenJob, found: EngineJob) => {
    const { worker, attempt } = progressOf(found);
    if (worker === undefined || attempt === undefined || !noteAttempt(job, worker, attempt)) return;
    send(worker, { type: 'attach', job: job.id, attempt, inbox });
  };
  const complete = async (job: OpenJob, found: EngineJob) => {
    const result = found.returnvalue as JobResult;
    if (result.inbox === inbox || result.inbox === '') return job.resolve(result);
    // It ended while no process waited for it.
    const unread = await readUnreadMessages(engine, result.inbox, { job: job.id, attempt: attemptOf(found) });
    for (const message of unread) if (message.type === 'report') job.given.onMessage(message);
    job.resolve({ ...result, reports: 0 });
  };
  const check = async (job: OpenJob) => {
    if (job.queue === null || job.data === null) return;
    const found: EngineJob | undefined = await engine.queue(job.queue).getJob(job.id);
    if (found === undefined) {
      // The server lost it.
      job.queue = null;
      return;
    }
    const state = await found.getState();
    if (state === 'completed') return complete(job, found);
    if (state === 'failed') return job.fail(lostError(job.given.planId, found.failedReason));
    if (state === 'active') return attach(job, found);
    if (directory.live().some(worker => worker.queue === job.queue && !worker.isDraining)) return;
    // No worker is left that would take it from there; this fails if someone has just done so.
    await found.remove();
    job.lastAttempt = Math.max(job.lastAttempt, attemptOf(found));
    job.queue = null;
  };
  return {
    check,
    watch(queue) {
      if (watched.has(queue)) return;
      const events = engine.events(queue);
      const look = ({ jobId }: { jobId: string }) => {
        const job = find(jobId);
        if (job !== undefined) void check(job).catch(() => undefined);
      };
      events.on('completed', look);
      events.on('failed', look);
      const stalled = engine.worker(queue, null, {
        autorun: false,
        stalledInterval: stalledCheckMs,
        maxStalledCount: 20,
      });
      watched.set(queue, stalled);
      void stalled.startStalledCheckTimer().catch(() => undefined);
    },
  };
}

export function lostError(planId: string, reason: string): TroupeError {
  return new TroupeError('WORKER_LOST', `The work ended every worker that did it: ${reason}`, {
    where: `plan ${planId}`,
    hints: [commandHint('help worker')],
  });
}
