/** The dispatcher over a queue, with a worker in this process, fulfils the contract of the port: on both servers. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { inProcessDispatcher } from '../../src/adapters/dispatch/in-process.ts';
import { openEngine } from '../../src/adapters/queue/engine.ts';
import { protocol } from '../../src/adapters/queue/messages.ts';
import { openQueueDispatcher } from '../../src/adapters/queue/owner/queue-dispatcher.ts';
import { openWorker } from '../../src/adapters/queue/worker/open-worker.ts';
import type { WorkFolders } from '../../src/adapters/queue/worker/work-folder.ts';
import type { PublishedTree } from '../../src/model/published-tree.ts';
import { createRedactor } from '../../src/model/redactor.ts';
import type { Dispatcher } from '../../src/ports/dispatcher.ts';
import type { OwnerExchange } from '../../src/ports/exchange.ts';
import { dispatcherSuite, type WorkPlace } from '../adapters/dispatch/dispatcher-suite.ts';
import { hasPostgres, startPostgres } from '../postgres/server.ts';
import { hasRedis, startRedis } from './redis-server.ts';

const oid = 'a'.repeat(40);
const someTree: PublishedTree = {
  ref: `refs/troupe-exchange/test/20261124/${'b'.repeat(32)}/base`,
  ...{ commit: oid, tree: oid, kind: 'git', ignore: '' },
};

/** Files are not the subject here: every tree is the same. */
const noExchange: OwnerExchange = {
  publish: async () => someTree,
  filters: async () => [],
  fetch: async ({ tree }) => tree,
  remove: async () => undefined,
  gc: async () => [],
  close: async () => undefined,
};

let namespaces = 0;

async function openWithWorker(url: string, { agents, run, place }: WorkPlace): Promise<Dispatcher> {
  const namespace = `suite_${process.pid}_${namespaces++}`;
  const folders: WorkFolders = {
    open: async () => ({
      environment: await place(),
      publish: async () => someTree,
      adopt: async () => undefined,
      close: async () => undefined,
    }),
    close: async () => undefined,
  };
  const abilities = { protocol, agents: { steps: null }, labels: [], commands: ['*'], hasFiles: true };
  const engine = await openEngine(url, { namespace });
  const worker = await openWorker({
    engine,
    tools: {
      agents,
      run,
      folders,
      env: process.env as Record<string, string>,
      tag: 'w',
      redactor: createRedactor(),
      abilities,
    },
    ...{ concurrency: 4, host: 'here', pid: process.pid, version: '0', leaseMs: 10_000, log: () => undefined },
  });
  const dispatcher = await openQueueDispatcher({
    engine: await openEngine(url, { namespace }),
    local: inProcessDispatcher({ agents, run }),
    agents,
    describe: () => ({ kind: 'steps', steps: [] }),
    exchange: noExchange,
    root: '/',
  });
  return {
    ...dispatcher,
    async close() {
      await dispatcher.close();
      await worker.drain();
      await engine.close();
    },
  };
}

for (const [name, isThere, start] of [
  ['Redis', hasRedis, startRedis],
  ['PostgreSQL', hasPostgres, startPostgres],
] as const) {
  describe.skipIf(!isThere)(name, () => {
    let server: { url: string; stop(): Promise<void> };
    beforeAll(async () => {
      server = await start();
    }, 60_000);
    afterAll(() => server.stop());
    dispatcherSuite(`The dispatcher over ${name}`, place => openWithWorker(server.url, place));
  });
  test.runIf(!isThere)(`the dispatcher over ${name} was not tested: there is no server`, () => undefined);
}
