import { expect, test } from 'vitest';
import type { QueueEngine } from '../../../src/adapters/queue/engine.ts';
import { createJobStops } from '../../../src/adapters/queue/owner/job-stops.ts';

interface FakeJob {
  progress: unknown;
  remove(): Promise<void>;
}

/** Stops one job; the queue answers with the given jobs in turn, and then has none. */
async function stopJob(...answers: FakeJob[]) {
  const sent: unknown[] = [];
  const engine = { queue: () => ({ getJob: async () => answers.shift() }) } as unknown as QueueEngine;
  const stops = createJobStops(engine, (worker, message) => sent.push({ to: worker, ...message }));
  stops.stop({ id: 'j', planId: 'p', queue: 'q' });
  const wasStopping = stops.has('j');
  await stops.wait('another plan');
  await stops.wait('p');
  return { sent, wasStopping, isStopping: stops.has('j'), left: answers.length };
}

const ended = { wasStopping: true, isStopping: false, left: 0 };
const held = async () => Promise.reject(new Error('a worker has it'));

test('a job that is gone needs no stop', async () => {
  expect(await stopJob()).toEqual({ ...ended, sent: [] });
});

test('a job that no worker has is removed', async () => {
  expect(await stopJob({ progress: 0, remove: async () => undefined })).toEqual({ ...ended, sent: [] });
});

test('the worker that has a job is asked to end it, as soon as it is known', async () => {
  const unknown = { progress: {}, remove: held };
  const known = { progress: { worker: 'w', attempt: 2 }, remove: held };
  expect(await stopJob(unknown, known)).toEqual({ ...ended, sent: [{ to: 'w', type: 'stop', job: 'j', attempt: 2 }] });
});
