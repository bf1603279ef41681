/** A process that opens a queue while its server is not back yet: on both servers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '../../src/adapters/queue/engine.ts';
import { hasPostgres } from '../postgres/server.ts';
import { type QueueServer, type ServerName, startServer } from './queue-servers.ts';
import { hasRedis } from './redis-server.ts';

describe.each<[ServerName, boolean]>([
  ['redis', hasRedis],
  ['postgres', hasPostgres],
])('a queue on %s', (name, isThere) => {
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
});
