/** A process that opens a queue while its server is not back yet: on both servers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/adapters/queue/engine.ts';
import { openJobBoard } from '../../src/adapters/queue/owner/job-board.ts';
import { type QueueServer, queueServers, startServer } from './queue-servers.ts';

describe.each(queueServers)('a queue on %s', (name, isThere) => {
  let server: QueueServer;
  beforeAll(async () => {
    if (isThere) server = await startServer(name);
  }, 60_000);
  afterAll(() => server?.stop());

  test.runIf(!isThere)('was not opened: there is no server', () => undefined);

  test.runIf(isThere)(
    'is opened once its server has begun again',
    async () => {
      await server.end();
      const opening = openEngine(server.url, { namespace: 'begin', connectMs: 30_000 });
      opening.catch(() => undefined);
      await server.begin();
      const engine = await opening;
      await engine.close();
      expect(engine.where).toContain(name);
    },
    60_000,
  );

  test.runIf(isThere)(
    'gets work that began while its server was down',
    async () => {
      const board = await openJobBoard({ engine: await openEngine(server.url, { namespace: 'down' }) });
      const stop = new AbortController();
      const reasons: (string | null)[] = [];
      let failure: unknown;
      await server.end();
      const running = board.run({
        ...{ planId: 'p', key: 'k', signal: stop.signal, onMessage: () => undefined },
        needs: { agent: 'steps', commands: [], labels: [], files: false },
        data: () => Promise.reject(new Error('no worker fits')),
        onFound: async () => undefined,
        onWait: reason => void reasons.push(reason),
        onResult: async () => undefined,
      });
      const ended = running.catch(thrown => {
        failure = thrown;
      });
      await server.begin();
      await expect.poll(() => failure ?? reasons.at(-1), { timeout: 30_000 }).toBe('there is no worker');
      stop.abort(new Error('enough'));
      await ended;
      expect(failure).toEqual(new Error('enough'));
      await board.close();
    },
    60_000,
  );
});
