/** Errors of workers and of their queue. */
import { openEngine } from '../../src/adapters/queue/engine.ts';
import type { JobData } from '../../src/adapters/queue/messages.ts';
import { protocol } from '../../src/adapters/queue/messages.ts';
import { openJobBoard } from '../../src/adapters/queue/owner/job-board.ts';
import { lostError } from '../../src/adapters/queue/owner/job-states.ts';
import { announceWorker, workQueueOf } from '../../src/adapters/queue/registry.ts';
import { runJob, type WorkerTools } from '../../src/adapters/queue/worker/run-job.ts';
import { TroupeError } from '../../src/index.ts';
import { createRedactor } from '../../src/model/redactor.ts';
import { hasRedis, startRedis } from '../workers/redis-server.ts';
import { type ErrorScenarios, errorOfCall, errorOfCommand } from './scenario.ts';

const abilities = { protocol, agents: { steps: null }, labels: [], commands: ['npm test'], hasFiles: false };

/** A job of a program that the worker does not allow. */
async function sendRefusedJob(): Promise<void> {
  const work = { kind: 'agent', agent: { kind: 'command', argv: ['sh', '-c', 'true'] }, base: null, onlyLooking: true };
  const result = await runJob({ abilities, redactor: createRedactor() } as unknown as WorkerTools, {
    key: 'k',
    data: { protocol, key: 'k', inbox: 'i', plan: { planId: 'P' }, work } as unknown as JobData,
    line: { reports: () => 0, calls: () => 0 } as never,
    signal: new AbortController().signal,
  });
  if (result.error !== undefined) throw TroupeError.deserialize(result.error);
}

/** A job that every worker fails to end. */
async function loseJob(): Promise<void> {
  const server = await startRedis();
  const engine = await openEngine(server.url);
  const queue = workQueueOf(abilities);
  const record = { id: 'w', host: 'h', pid: 1, version: '0', queue, abilities, concurrency: 1, leaseMs: 15_000 };
  const state = { running: 0, isDraining: false, startedAt: new Date().toISOString() };
  const announcement = await announceWorker(engine, { ...record, ...state });
  engine.worker(
    queue,
    async () => {
      throw new Error('job stalled more than allowable limit');
    },
    {},
  );
  const board = await openJobBoard({ engine: await openEngine(server.url) });
  try {
    await board.run({
      ...{ planId: 'P', key: 'k', signal: new AbortController().signal },
      needs: { agent: 'steps', commands: [], labels: [], files: false },
      data: async () => ({ plan: { planId: 'P' }, work: { kind: 'agent' } }) as unknown as JobData,
      onFound: async () => undefined,
      onWait: () => undefined,
      onMessage: () => undefined,
      onResult: async () => undefined,
    });
  } finally {
    await board.close();
    await announcement.close();
    await engine.close();
    await server.stop();
  }
}

export const workerErrors: ErrorScenarios = {
  QUEUE_UNREACHABLE: {
    when: 'no Redis server listens at the address of the queue',
    raise: project => errorOfCommand(project, ['worker', 'list', '--queue', 'redis://127.0.0.1:1']),
  },
  WORKER_REFUSED: {
    when: 'a job runs a program that the worker does not allow',
    raise: () => errorOfCall(sendRefusedJob),
  },
  WORKER_LOST: {
    when: hasRedis
      ? 'no worker could end a job'
      : 'no worker can end a job (not raised by a queue: Redis is not installed)',
    raise: () => errorOfCall(hasRedis ? loseJob : () => Promise.reject(lostError('P', 'job stalled'))),
  },
};
