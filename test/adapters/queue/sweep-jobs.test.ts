import { expect, test } from 'vitest';
import type { QueueEngine } from '../../../src/adapters/queue/engine.ts';
import { sweepJobs } from '../../../src/adapters/queue/owner/sweep-jobs.ts';

const job = (id: string, planId: string, inbox: string) => ({ id, data: { plan: { planId }, inbox } });

test('a new process of an owner stops the jobs without a waiting process, and leaves those of others and its own', async () => {
  const jobs = [
    job('open', 'ours', 'now'),
    job('stopping', 'ours', 'now'),
    job('left', 'ours', 'before'),
    job('foreign', 'theirs', 'another'),
    job('foreign-here', 'theirs', 'now'),
  ];
  const removed: string[] = [];
  const stopped: object[] = [];
  const engine = {
    queue: (name: string) => ({ getJobs: async () => jobs, obliterate: async () => removed.push(name) }),
  } as unknown as QueueEngine;
  await sweepJobs(
    {
      engine,
      directory: {
        ...{ all: () => [], live: () => [], queues: () => ['work'] },
        look: async () => undefined,
        find: async () => null,
      },
      stops: { stop: each => stopped.push(each), has: id => id === 'stopping', wait: async () => undefined },
      inbox: 'now',
      isOpen: id => id === 'open',
    },
    async planId => planId === 'ours',
  );
  expect(stopped).toEqual([{ id: 'left', planId: 'ours', queue: 'work' }]);
  expect(removed).toEqual(['before']);
});
