import { expect, test } from 'vitest';
import type { QueueEngine } from '../../../src/adapters/queue/engine.ts';
import type { FromWorker, ToWorker } from '../../../src/adapters/queue/messages.ts';
import { createJobStates } from '../../../src/adapters/queue/owner/job-states.ts';
import { type BoardJob, createOpenJob } from '../../../src/adapters/queue/owner/open-job.ts';
import type { WorkerRecord } from '../../../src/adapters/queue/worker-record.ts';

/** The state of one job in a queue, and what the owner does about it. */
function stateOf(
  found: object | undefined,
  { workers = [] as Partial<WorkerRecord>[], unread = [] as unknown[] } = {},
) {
  const sent: [string, ToWorker][] = [];
  const messages: FromWorker[] = [];
  const queue = { getJob: async () => found, getJobs: async () => [{ data: unread }] };
  const states = createJobStates({
    engine: { queue: () => queue } as unknown as QueueEngine,
    directory: {
      live: () => workers as WorkerRecord[],
      all: () => [],
      queues: () => ['work'],
      look: async () => undefined,
      find: async () => null,
    },
    inbox: 'mine',
    send: (worker, message) => sent.push([worker, message]),
    find: () => undefined,
  });
  const given = { planId: 'p', onMessage: (message: FromWorker) => messages.push(message) } as unknown as BoardJob;
  const job = Object.assign(createOpenJob('j', given), { queue: 'work', data: {} });
  return { states, job, sent, messages };
}

const inState = (state: string, more: object = {}) => ({
  ...{ getState: async () => state, progress: 0, attemptsStarted: 1, data: { attemptsBefore: 0 } },
  ...more,
});
const result = { value: [], tree: null, reports: 2, calls: 0 };

test.each(['mine', ''])('a job that ended with its reports in the inbox "%s" has its result', async inbox => {
  const { states, job } = stateOf(inState('completed', { returnvalue: { ...result, inbox }, attemptsStarted: 1 }));
  await states.check(job);
  expect(await job.result).toEqual({ ...result, inbox });
});

test('a job that ended while no process waited gets the reports that were not read', async () => {
  const report = { job: 'j', attempt: 1, type: 'report' };
  const unread = [report, { ...report, type: 'request' }, { ...report, job: 'other' }];
  const returnvalue = { ...result, inbox: 'before' };
  const { states, job, messages } = stateOf(inState('completed', { returnvalue, attemptsStarted: 1 }), { unread });
  await states.check(job);
  expect(await job.result).toMatchObject({ reports: 0 });
  expect(messages).toEqual([report]);
});

test('a job that ended all its workers is an error that names the plan', async () => {
  const { states, job } = stateOf(inState('failed', { failedReason: 'job stalled too often' }));
  await states.check(job);
  await expect(job.result).rejects.toMatchObject({
    code: 'WORKER_LOST',
    where: 'plan p',
    message: expect.stringContaining('job stalled too often'),
  });
});

test('the worker of a running job hears once where its owner is', async () => {
  const { states, job, sent } = stateOf(inState('active', { progress: { worker: 'w', attempt: 2 } }));
  await states.check(job);
  await states.check(job);
  expect(sent).toEqual([['w', { type: 'attach', job: 'j', attempt: 2, inbox: 'mine' }]]);
});

test('a running job whose worker is not known yet is left alone', async () => {
  const { states, job, sent } = stateOf(inState('active'));
  await states.check(job);
  expect(sent).toEqual([]);
  expect(job.queue).toBe('work');
});

test.each<[string, Partial<WorkerRecord>[], boolean]>([
  ['stays in a queue with a worker', [{ queue: 'work', isDraining: false }], false],
  ['leaves a queue whose worker takes no more work', [{ queue: 'work', isDraining: true }], true],
  ['leaves a queue without workers', [{ queue: 'other', isDraining: false }], true],
])('a waiting job %s', async (_, workers, leaves) => {
  let isRemoved = false;
  const remove = async () => {
    isRemoved = true;
  };
  const { states, job } = stateOf(inState('waiting', { remove }), { workers });
  await states.check(job);
  expect(isRemoved).toBe(leaves);
  expect(job.queue).toBe(leaves ? null : 'work');
});

test('a job that is added again counts its attempts on, so that no other worker has the number of one before', async () => {
  const removed = { remove: async () => undefined, attemptsStarted: 2, data: { attemptsBefore: 1 } };
  const { states, job } = stateOf(inState('waiting', removed));
  await states.check(job);
  expect(job.lastAttempt).toBe(3);
});

test('a job that the server lost is placed again, and one that is in no queue is not looked for', async () => {
  const { states, job } = stateOf(undefined);
  await states.check(job);
  expect(job.queue).toBeNull();
  await states.check(job);
  expect(job.queue).toBeNull();
});
