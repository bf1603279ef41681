/** The jobs of one owner: places each in the queue of workers that fit, and waits for its result. */
import { randomUUID } from 'node:crypto';
import type { WorkerInfo } from '../../../model/worker-info.ts';
import { type AnswerWatch, createAnswerWatch } from '../answer-watch.ts';
import { retryUntilReached } from '../connection-error.ts';
import type { QueueEngine } from '../engine.ts';
import { makeJobId } from '../job-id.ts';
import { createSenders, openInbox } from '../line.ts';
import type { FromWorker, JobResult, ToWorker } from '../messages.ts';
import { inboxOfOwner, inboxOfWorker } from '../registry.ts';
import { workerInfoOf } from '../worker-record.ts';
import { createJobStates } from './job-states.ts';
import { createJobStops } from './job-stops.ts';
import { createLooks } from './looks.ts';
import { type BoardJob, createOpenJob, noteAttempt, type OpenJob, wait } from './open-job.ts';
import { beginJob, type Placing, placeJob } from './place-job.ts';
import { sweepJobs } from './sweep-jobs.ts';
import { createWorkerDirectory } from './worker-directory.ts';

export interface JobBoard {
  /**
   * Resolves with the job's result, whichever process added the job.
   * @throws {TroupeError} CANCELLED by the signal, which also stops the job; WORKER_LOST when it ended too many workers
   */
  run(job: BoardJob): Promise<JobResult>;
  /** Removes a job whose result is recorded. */
  remove(planId: string, key: string): Promise<void>;
  send(worker: string, message: ToWorker): void;
  /** The keys of the work that it waits for. */
  keys(): string[];
  /** Resolves when the stopped jobs of a plan have ended. */
  stopped(planId: string): Promise<void>;
  /** Reads the list of workers. */
  workers(): Promise<WorkerInfo[]>;
  /** Stops the jobs of these plans that no process waits for. */
  sweep(isOurs: (planId: string) => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds between two looks at the workers. */
const lookMs = 1000;
/** Milliseconds until a job is begun again that found no server. */
const againMs = 500;
/** Milliseconds without an answer after which work is said to wait for the server. */
const silenceMs = 10_000;
/** Every so many looks, the state of each job is read, in case an event was lost. */
const looksPerCheck = 3;

export async function openJobBoard({ engine }: { engine: QueueEngine }): Promise<JobBoard> {
  const inbox = inboxOfOwner(randomUUID().slice(0, 13));
  const open = new Map<string, OpenJob>();
  const senders = createSenders<ToWorker>(engine);
  const send = (worker: string, message: ToWorker) => senders.to(inboxOfWorker(worker)).send(message);
  const directory = createWorkerDirectory(engine);
  const states = createJobStates({ engine, directory, inbox, send, find: id => open.get(id) });
  const stops = createJobStops(engine, send);
  const receiver = openInbox<FromWorker>(engine, inbox, message => {
    const job = open.get(message.job);
    if (job === undefined) return send(message.worker, { type: 'stop', job: message.job, attempt: message.attempt });
    noteAttempt(job, message.worker, message.attempt);
    job.given.onMessage(message);
  });
  await receiver.waitUntilReady();

  const placing = { engine, directory, states, inbox, open };
  const silence = watchSilence(engine, open);
  const looks = createLooks(
    count => lookAtJobs(placing, { count, silence }),
    () => open.size > 0,
    lookMs,
  );

  return {
    send,
    async run(given) {
      given.signal.throwIfAborted();
      const job = createOpenJob(makeJobId(given.planId, given.key), given);
      const onAbort = () => job.fail(given.signal.reason);
      given.signal.addEventListener('abort', onAbort, { once: true });
      try {
        wait(job, silence.reason());
        await beginUntilStored(placing, job);
        looks.start();
        const result = await job.result;
        // Its last messages may arrive after the notice of its end.
        await given.onResult(result);
        return result;
      } finally {
        given.signal.removeEventListener('abort', onAbort);
        open.delete(job.id);
        if (given.signal.aborted && job.queue !== null)
          stops.stop({ id: job.id, planId: given.planId, queue: job.queue });
      }
    },
    async remove(planId, key) {
      for (const queue of directory.queues()) await engine.queue(queue).remove(makeJobId(planId, key));
    },
    keys: () => [...open.values()].map(({ given }) => given.key),
    async workers() {
      await directory.look();
      return directory.all().map(workerInfoOf);
    },
    stopped: planId => stops.wait(planId),
    sweep: isOurs => sweepJobs({ engine, directory, stops, inbox, isOpen: id => open.has(id) }, isOurs),
    async close() {
      await looks.close();
      silence.close();
      await stops.wait();
      await senders.flush();
      await receiver.close();
      if (open.size === 0) await removeInbox(engine, inbox);
      await engine.close();
    },
  };
}

/** One client rejects while there is no connection, and another one waits for it. */
const beginUntilStored = (placing: Placing, job: OpenJob): Promise<void> =>
  retryUntilReached(() => beginJob(placing, job), {
    pauseMs: againMs,
    again() {
      job.given.signal.throwIfAborted();
      return true;
    },
  });

async function lookAtJobs(
  placing: Placing,
  { count, silence }: { count: number; silence: Pick<AnswerWatch, 'ask'> },
): Promise<void> {
  const { directory, states, open } = placing;
  await silence.ask(() => directory.look());
  const jobs = [...open.values()];
  for (const job of jobs) if (job.queue === null) await placeJob(placing, job);
  if (count % looksPerCheck !== 0) return;
  for (const job of jobs) await states.check(job).catch(() => undefined);
}

/** While the server gives no answer, all jobs wait for it. */
function watchSilence(engine: QueueEngine, open: ReadonlyMap<string, OpenJob>) {
  let reason: string | null = null;
  const set = (found: string | null) => {
    reason = found;
    for (const job of open.values()) wait(job, found);
  };
  const answers = createAnswerWatch({
    afterMs: silenceMs,
    onSilence: () => set(engine.silence()),
    onAnswer: () => set(null),
  });
  return { ...answers, reason: () => reason };
}

async function removeInbox(engine: QueueEngine, inbox: string): Promise<void> {
  const queue = engine.queue(inbox);
  await queue.obliterate({ force: true }).catch(() => undefined);
}
