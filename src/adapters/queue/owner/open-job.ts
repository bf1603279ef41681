import type { FromWorker, JobData, JobResult } from '../messages.ts';
import type { WorkNeeds } from '../needs.ts';
import { createOpenPromise } from '../open-promise.ts';

/** Work for a worker, as it is given to the board. */
export interface BoardJob {
  planId: string;
  key: string;
  needs: WorkNeeds;
  signal: AbortSignal;
  /** Called for a job that is not there yet. */
  data(): Promise<Pick<JobData, 'plan' | 'work'>>;
  /** Called when the job is there already, from before this process started. */
  onFound(data: JobData): Promise<void>;
  onWait(reason: string | null): void;
  onMessage(message: FromWorker): void;
  /** Resolves when the messages before the result have arrived; until then, messages go to `onMessage`. */
  onResult(result: JobResult): Promise<void>;
}

/** A job whose result is waited for. */
export interface OpenJob {
  id: string;
  given: BoardJob;
  data: JobData | null;
  /** The queue that it is in; null while no worker fits. */
  queue: string | null;
  /** The attempts whose workers know this process. */
  attached: Set<string>;
  /** The highest number of an attempt that is known. */
  lastAttempt: number;
  /** Why it waits; null when it does not. */
  reason: string | null;
  result: Promise<JobResult>;
  resolve(result: JobResult): void;
  fail(error: unknown): void;
}

export function createOpenJob(id: string, given: BoardJob): OpenJob {
  const { promise: result, resolve, reject: fail } = createOpenPromise<JobResult>();
  return {
    id,
    given,
    data: null,
    queue: null,
    attached: new Set(),
    lastAttempt: 0,
    reason: null,
    result,
    resolve,
    fail,
  };
}

/** Notes an attempt whose worker knows this process; returns whether it is new. */
export function noteAttempt(job: OpenJob, worker: string, attempt: number): boolean {
  const name = `${worker} ${attempt}`;
  if (job.attached.has(name)) return false;
  job.attached.add(name);
  job.lastAttempt = Math.max(job.lastAttempt, attempt);
  return true;
}

/** Tells the work why it waits, when that changes. */
export function wait(job: OpenJob, reason: string | null): void {
  if (job.reason === reason) return;
  job.reason = reason;
  job.given.onWait(reason);
}
