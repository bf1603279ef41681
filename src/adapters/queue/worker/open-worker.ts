/** A worker: takes jobs from the queue of its abilities, and does them here. */
import { randomUUID } from 'node:crypto';
import { TroupeError } from '../../../model/errors.ts';
import type { EngineJob, QueueEngine } from '../engine.ts';
import { createSenders, openInbox } from '../line.ts';
import { attemptOf, type FromWorker, type JobData, type JobResult, jobDataSchema, type ToWorker } from '../messages.ts';
import { announceWorker, inboxOfWorker, removeDeadWorkers, workQueueOf } from '../registry.ts';
import { readUnreadMessages } from '../unread-messages.ts';
import { within } from '../within.ts';
import { holdLock } from './hold-lock.ts';
import { createJobLine, type JobLine } from './job-line.ts';
import { runJob, type WorkerTools } from './run-job.ts';

export interface OpenWorkerOptions {
  engine: QueueEngine;
  tools: WorkerTools;
  concurrency: number;
  host: string;
  pid: number;
  version: string;
  /** Milliseconds without a sign of life after which its jobs go to another worker. */
  leaseMs: number;
  /** Receives a line about each job, and when the queue gives no answer. */
  log(line: string): void;
}

export interface OpenedWorker {
  readonly id: string;
  /** The number of jobs that it does now. */
  running(): number;
  /**
   * Takes no more jobs, finishes those that it does, and closes. When the server gives no answer for the length of a lease, it
   * stops its jobs, which other workers do again. Returns how many it stopped.
   */
  drain(): Promise<number>;
  /** Stops its jobs, which other workers do again, and closes. */
  stop(): Promise<void>;
}

interface Running {
  inbox: string;
  line: JobLine;
  stop: AbortController;
  /** Resolves when what the owner before did not read is on its way to the new one. */
  moving: Promise<void>;
}

/** Milliseconds to leave the queue in order. */
const leaveMs = 3000;

/** How often a job may lose its worker before it fails: work that ends every worker must not continue forever. */
const stalledMax = 20;

export async function openWorker(options: OpenWorkerOptions): Promise<OpenedWorker> {
  const { engine, tools, concurrency, host, pid, version, leaseMs, log } = options;
  const id = randomUUID().slice(0, 13);
  const queue = workQueueOf(tools.abilities);
  await removeDeadWorkers(engine, Date.now());
  const record = {
    ...{ id, host, pid, version, queue, abilities: tools.abilities, concurrency, leaseMs },
    ...{ running: 0, isDraining: false, startedAt: new Date().toISOString() },
  };
  const announcement = await announceWorker(engine, record, log);
  const attempts = createAttempts(engine, id, count => announcement.change({ running: count }));
  const { running } = attempts;
  const inbox = openInbox<ToWorker>(engine, inboxOfWorker(id), message => {
    running.get(nameOf(message.job, message.attempt))?.line.receive(message);
  });

  const jobs = engine.worker(queue, (job, token = '') => doJob({ id, tools, attempts, log, token, leaseMs }, job), {
    ...{ concurrency, name: id, lockDuration: leaseMs, stalledInterval: leaseMs / 2, maxStalledCount: stalledMax },
    skipLockRenewal: true,
    // The owner removes results when it has recorded them.
    ...{ removeOnComplete: { age: 7 * 86_400 }, removeOnFail: { age: 7 * 86_400 } },
  });
  await Promise.all([jobs.waitUntilReady(), inbox.waitUntilReady()]);

  const leave = async () => {
    await inbox.close();
    await announcement.close();
    await engine
      .queue(inboxOfWorker(id))
      .obliterate({ force: true })
      .catch(() => undefined);
  };
  const close = async () => {
    // Without an answer it is listed until its lease ends.
    await within(leave(), leaveMs);
    await tools.folders.close();
  };
  const stopJobs = () => {
    for (const { stop } of running.values()) stop.abort(new TroupeError('CANCELLED', 'The worker was stopped'));
  };
  return {
    id,
    running: () => running.size,
    async drain() {
      announcement.change({ isDraining: true });
      const isSilent = () => announcement.silentMs() > (running.size === 0 ? Math.min(leaveMs, leaseMs) : leaseMs);
      const isDrained = await untilDrained(jobs.close(), isSilent);
      const stopped = isDrained ? 0 : running.size;
      if (stopped > 0)
        log(
          `Stops ${stopped === 1 ? '1 job' : `${stopped} jobs`}, which another worker does again: ${engine.silence()}`,
        );
      stopJobs();
      await close();
      return stopped;
    },
    async stop() {
      stopJobs();
      await within(jobs.close(true), leaveMs);
      await close();
    },
  };
}

/** Returns whether the jobs ended; false once the server is silent for too long. */
async function untilDrained(closing: Promise<void>, isSilent: () => boolean): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>(resolve => {
    timer = setInterval(() => {
      if (isSilent()) resolve(false);
    }, 100);
  });
  return Promise.race([closing.then(() => true), silence]).finally(() => clearInterval(timer));
}

interface Attempts {
  /** By `nameOf`: of one job there may be two attempts, of which the first was lost. */
  readonly running: ReadonlyMap<string, Running>;
  start(jobId: string, attempt: number, data: JobData): Running;
  /** Resolves when what it sent to the owner of the job is there. */
  flush(work: Running): Promise<void>;
  end(jobId: string, attempt: number): void;
}

const nameOf = (jobId: string, attempt: number) => `${jobId} ${attempt}`;

/** The attempts that this worker makes, and their lines to their owners. */
function createAttempts(engine: QueueEngine, id: string, onCount: (running: number) => void): Attempts {
  const running = new Map<string, Running>();
  const senders = createSenders<FromWorker>(engine);
  const start = (jobId: string, attempt: number, data: JobData): Running => {
    const stop = new AbortController();
    const work: Running = {
      inbox: data.inbox,
      stop,
      moving: Promise.resolve(),
      line: createJobLine({
        ...{ job: jobId, attempt, worker: id, signal: stop.signal },
        sender: () => senders.to(work.inbox),
        onAttach(name) {
          const before = work.inbox;
          work.inbox = name;
          if (before === name) return;
          work.moving = readUnreadMessages(engine, before, { job: jobId, attempt }).then(messages => {
            for (const message of messages) if (message.type === 'report') senders.to(name).send(message);
          });
        },
        onStop: () => stop.abort(new TroupeError('CANCELLED', 'The work was stopped')),
      }),
    };
    running.set(nameOf(jobId, attempt), work);
    onCount(running.size);
    return work;
  };
  return {
    running,
    start,
    async flush(work) {
      await work.moving;
      await senders.to(work.inbox).flush();
    },
    end(jobId, attempt) {
      running.delete(nameOf(jobId, attempt));
      onCount(running.size);
    },
  };
}

interface Doing extends Pick<OpenWorkerOptions, 'tools' | 'log' | 'leaseMs'> {
  id: string;
  attempts: Attempts;
  /** Of the lock of this attempt. */
  token: string;
}

async function doJob({ id, tools, attempts, log, token, leaseMs }: Doing, job: EngineJob): Promise<JobResult> {
  const parsed = jobDataSchema.safeParse(job.data);
  if (!parsed.success)
    return { ...refusal(parsed.error.issues[0]?.path.join('.')), tree: null, reports: 0, calls: 0, inbox: '' };
  const jobId = String(job.id);
  const attempt = attemptOf({ attemptsStarted: job.attemptsStarted, data: parsed.data });
  await job.updateProgress({ worker: id, attempt });
  const running = attempts.start(jobId, attempt, parsed.data);
  const { line, stop } = running;
  const { plan, work } = parsed.data;
  const release = holdLock(job, {
    ...{ token, leaseMs },
    onLost: () => stop.abort(new TroupeError('CANCELLED', 'Another worker took the work')),
  });
  log(`${plan.planId} ${work.kind}: begins, attempt ${attempt}`);
  try {
    const key = `w-${jobId}-${attempt}`;
    const result = await runJob(tools, { key, data: parsed.data, line, signal: stop.signal });
    await attempts.flush(running);
    log(`${plan.planId} ${work.kind}: ${result.error === undefined ? 'done' : result.error.message}`);
    return { ...result, inbox: running.inbox };
  } finally {
    release();
    line.close();
    attempts.end(jobId, attempt);
  }
}

function refusal(where = 'data'): { error: ReturnType<typeof TroupeError.serialize> } {
  return {
    error: TroupeError.serialize(
      new TroupeError('PROTOCOL_BROKEN', `The worker does not understand the job: ${where}`),
    ),
  };
}
