/**
 * kill -9 at any moment over a store on PostgreSQL: what test/crash/crash.test.ts expects of one on LevelDB. Each process takes the
 * store over from the one that was killed.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assign, setup } from 'xstate';
import { openDurable } from '../../src/durable.ts';
import { postgresStore, type TroupeError } from '../../src/postgres.ts';
import { compile } from '../compile.ts';
import { runCrashTest } from '../crash/crash-test.ts';
import { seededRandom, testSeed } from '../seed.ts';
import { hasPostgres, type PostgresServer, startPostgres } from './server.ts';

const counter = setup({ types: {} as { context: { total: number }; events: { type: 'ADD' } } }).createMachine({
  id: 'counter',
  context: { total: 0 },
  on: { ADD: { actions: assign({ total: ({ context }) => context.total + 1 }) } },
});

const deferred = <Value>() => {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>(done => {
    resolve = done;
  });
  return { promise, resolve };
};

const kills = 20;
const seed = testSeed('kills');

describe.skipIf(!hasPostgres)('a durable system over a store on PostgreSQL (skipped where there is no server)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'troupe-crash-'));
  let server: PostgresServer;

  beforeAll(async () => {
    const code = join(directory, 'code');
    mkdirSync(code);
    compile(['test/crash/child.ts'], code);
    server = await startPostgres();
  });

  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await server?.stop();
  });

  test(`[R268, R270] keeps every promise after ${kills} kills, boot included`, { timeout: 120_000 }, async () => {
    const program = join(directory, 'code/test/crash/child.js');
    const verdict = await runCrashTest({ program, directory, url: server.url, random: seededRandom(seed), kills });
    console.log(JSON.stringify(verdict));
    expect(verdict.violations).toEqual([]);
    expect(verdict.kills).toBe(kills);
    expect(verdict.commands).toBeGreaterThan(kills);
    expect(verdict.deduplicated + verdict.repeated).toBeGreaterThan(0);
    const [owner] = await server.query('SELECT epoch::int FROM troupe.owner');
    expect(owner?.epoch).toBeGreaterThan(kills / 2);
  });

  test('[R269] an idle owner ends within its next renewal when another process took the store over', async () => {
    const options = { schema: 'idle', leaseMs: 600 };
    const lost = deferred<TroupeError>();
    await using _before = await openDurable({
      store: postgresStore(server.url, options),
      machine: counter,
      onFatal: lost.resolve,
    });
    await server.query(
      "UPDATE idle.owner SET epoch = epoch + 1, holder = gen_random_uuid(), process = 'process 7 on b'",
    );
    expect(await lost.promise).toMatchObject({
      code: 'LEASE_LOST',
      message: expect.stringMatching(/^Process 7 on b has/),
    });
  });

  test('[R269] instances end as well when another process took the store over', async () => {
    const options = { schema: 'instances', leaseMs: 600 };
    const lost = deferred<TroupeError>();
    const store = postgresStore(server.url, options);
    await using system = await openDurable({ store, machines: { counter }, onFatal: lost.resolve });
    await system.start('counter', { id: 'a' });
    await server.query('UPDATE instances.owner SET epoch = epoch + 1, holder = gen_random_uuid()');
    expect((await lost.promise).code).toBe('LEASE_LOST');
    await expect(system.start('counter', { id: 'b' })).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  test('[R269] ends with LEASE_LOST when another process took the store over, which continues', async () => {
    const store = postgresStore(server.url, { schema: 'counter', leaseMs: 60_000 });
    const fatal: TroupeError[] = [];
    const before = await openDurable({ store, machine: counter, onFatal: error => fatal.push(error) });
    await before.command('first', root => root.send({ type: 'ADD' }));
    // The lease is over, as after a pause of the process.
    await server.query("UPDATE counter.owner SET expires_at = '-infinity'");
    await using after = await openDurable({ store, machine: counter });
    await expect(before.command('second', root => root.send({ type: 'ADD' }))).rejects.toMatchObject({
      code: 'LEASE_LOST',
    });
    expect(fatal).toMatchObject([{ code: 'LEASE_LOST' }]);
    expect(after.root.getSnapshot().context).toEqual({ total: 1 });
    expect(await after.command('first', root => root.send({ type: 'ADD' }))).toMatchObject({ duplicate: true });
    expect(await after.command('second', root => root.send({ type: 'ADD' }))).toMatchObject({ duplicate: false });
    expect(after.root.getSnapshot().context).toEqual({ total: 2 });
    await before.close();
  });
});
