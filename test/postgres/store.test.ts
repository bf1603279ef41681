/** The store on PostgreSQL over a real server. Without one these tests are skipped, which is reported. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { type PostgresStoreOptions, postgresStore, type TroupeError } from '../../src/postgres.ts';
import { storeSuite } from '../../src/testing/store-suite.ts';
import { compile } from '../compile.ts';
import { hasPostgres, type PostgresServer, startPostgres } from './server.ts';

test.skipIf(hasPostgres)(
  'the store on PostgreSQL was not tested: there is no server in /usr/lib/postgresql or on the path',
  () => {
    expect(hasPostgres).toBe(false);
  },
);

describe.skipIf(!hasPostgres)('[R268] a store on PostgreSQL', () => {
  let server: PostgresServer;
  let program = '';
  let schemas = 0;
  const folder = mkdtempSync(join(tmpdir(), 'troupe-child-'));
  const children: ChildProcessWithoutNullStreams[] = [];
  const newSchema = () => `store_${schemas++}`;
  const leaseMs = 1500;

  beforeAll(async () => {
    server = await startPostgres();
    compile(['test/postgres/child.ts'], folder);
    program = join(folder, 'test/postgres/child.js');
  });

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
    await server?.stop();
  });

  const open = (schema: string, options: PostgresStoreOptions = {}): Promise<Store> =>
    postgresStore(server.url, { schema, leaseMs, ...options })();

  const put = (store: Store, key: string, value: unknown = key) => store.batch([{ type: 'put', key, value }]);

  async function keysOf(store: Store, prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    for await (const [key] of store.entries(prefix)) keys.push(key);
    return keys;
  }

  /** What another process does that takes the store over. */
  const takeOver = (schema: string) =>
    `UPDATE ${schema}.owner SET epoch = epoch + 1, holder = gen_random_uuid(), process = 'process 7 on elsewhere',
      expires_at = clock_timestamp() + interval '1 hour'`;

  const lost = {
    code: 'LEASE_LOST',
    message: 'Process 7 on elsewhere has taken the store over; this process can no longer write to it.',
  };

  /** Ends all connections of stores, and returns how many. */
  const dropConnections = async () =>
    (await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'troupe'"))
      .length;

  /** Starts a process that owns the store, and resolves once it does. */
  async function startOwner(schema: string) {
    const child = spawn(process.execPath, [program, server.url, schema, String(leaseMs)]);
    children.push(child);
    child.stderr.pipe(process.stderr);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const reply = async () => (await lines.next()).value as string;
    expect(await reply()).toBe('open');
    return { child, reply, write: (value: string) => child.stdin.write(`${value}\n`) };
  }

  storeSuite({ test, expect }, async () => postgresStore(server.url, { schema: newSchema(), leaseMs }));

  test('keeps any characters in keys, in the order of their bytes', async () => {
    const store = await open(newSchema());
    const keys = [
      '',
      '\0',
      '\0\0',
      '\0\x01',
      '\x01',
      '\x01\0',
      '\x01\x01',
      '\x01\x02',
      '\x02',
      '%',
      '_',
      '\ud7ff',
      '\ue000',
      '\u{10ffff}',
    ];
    for (const key of keys.toReversed()) await put(store, key);
    expect(await keysOf(store)).toEqual(keys);
    expect(await keysOf(store, '\x01')).toEqual(['\x01', '\x01\0', '\x01\x01', '\x01\x02']);
    expect(await keysOf(store, '\ud7ff')).toEqual(['\ud7ff']);
    expect(await keysOf(store, '\u{10ffff}')).toEqual(['\u{10ffff}']);
    expect(await store.get('\x01\0')).toBe('\x01\0');
    await store.close();
  });

  test('is one schema of a database, whatever its name', async () => {
    const [a, b] = [await open('a"; DROP TABLE x; --'), await open("b' c")];
    await put(a, 'of a');
    expect([await keysOf(a), await keysOf(b)]).toEqual([['of a'], []]);
    await a.close();
    await b.close();
    expect(() => postgresStore(server.url, { schema: 'x'.repeat(64) })).toThrow(TypeError);
  });

  test('counts the bytes written, and rejects every operation once it is closed', async () => {
    const store = await open(newSchema());
    await store.batch([
      { type: 'put', key: 'ab', value: 'cd' },
      { type: 'del', key: 'xyz' },
    ]);
    expect(store.bytesWritten).toBe(2 + 4 + 3);
    await store.close();
    await expect(store.get('ab')).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
    await expect(store.batch([])).rejects.toMatchObject({ code: 'SYSTEM_CLOSED' });
  });

  test('writes batches in the order in which they are given', async () => {
    const store = await open(newSchema());
    await Promise.all(Array.from({ length: 50 }, (_, at) => put(store, 'a', at)));
    expect(await store.get('a')).toBe(49);
    await store.close();
  });

  test('reads many rows as they were when the reading began', async () => {
    const store = await open(newSchema());
    const keys = Array.from({ length: 2500 }, (_, at) => `k/${String(at).padStart(4, '0')}`);
    await store.batch(keys.map(key => ({ type: 'put', key, value: 'old' })));
    const found: [string, unknown][] = [];
    for await (const row of store.entries('k/')) {
      if (found.length === 0)
        await store.batch([
          { type: 'del', key: 'k/1500' },
          { type: 'put', key: 'k/2000', value: 'new' },
        ]);
      found.push(row);
    }
    expect(found).toEqual(keys.map(key => [key, 'old']));
    await store.close();
  });

  test('reports a row that is not what was written', async () => {
    const schema = newSchema();
    const store = await open(schema);
    await put(store, 'a');
    await server.query(`UPDATE ${schema}.entries SET value = '{'`);
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    await store.close();
  });

  test('refuses tables of a later format', async () => {
    const schema = newSchema();
    await (await open(schema)).close();
    await server.query(`UPDATE ${schema}.owner SET format = 2`);
    await expect(open(schema)).rejects.toMatchObject({ code: 'STORE_FORMAT' });
  });

  describe('[R269] whose lease another process took,', () => {
    test('writes nothing more, and says who has it', async () => {
      const schema = newSchema();
      const losses: TroupeError[] = [];
      const store = await open(schema, { leaseMs: 60_000, onLeaseLost: error => losses.push(error) });
      await put(store, 'before');
      await server.query(takeOver(schema));
      await expect(
        store.batch([
          { type: 'put', key: 'after', value: 1 },
          { type: 'del', key: 'before' },
        ]),
      ).rejects.toMatchObject(lost);
      await expect(put(store, 'later')).rejects.toMatchObject(lost);
      await expect(store.get('before')).rejects.toMatchObject(lost);
      await expect(keysOf(store)).rejects.toMatchObject(lost);
      expect(losses).toMatchObject([lost]);
      expect(await server.query(`SELECT key FROM ${schema}.entries`)).toEqual([{ key: 'before' }]);
      await store.close();
      const [owner] = await server.query(`SELECT process FROM ${schema}.owner`);
      expect(owner).toEqual({ process: 'process 7 on elsewhere' });
    });

    test('learns it without writing', async () => {
      const schema = newSchema();
      const losses = new EventEmitter();
      const loss = once(losses, 'loss');
      const store = await open(schema, { leaseMs: 1_000, onLeaseLost: error => losses.emit('loss', error) });
      await server.query(takeOver(schema));
      expect(await loss).toMatchObject([lost]);
      await store.close();
    });

    test.each(['COMMIT', 'ROLLBACK'])('waits with a batch until it is known: %s', async end => {
      const schema = newSchema();
      const store = await open(schema, { leaseMs: 60_000 });
      const other = await server.connect();
      await other.query('BEGIN');
      await other.query(takeOver(schema));
      const written = put(store, 'a').then(
        () => 'written',
        (error: TroupeError) => error.code,
      );
      await waitingFor(server, 'WITH lease');
      await other.query(end);
      expect(await written).toBe(end === 'COMMIT' ? 'LEASE_LOST' : 'written');
      expect(await server.query(`SELECT key FROM ${schema}.entries`)).toEqual(end === 'COMMIT' ? [] : [{ key: 'a' }]);
      await other.end();
      await store.close();
    });

    test('cannot write after it was stopped for longer than its lease', async () => {
      const schema = newSchema();
      const owner = await startOwner(schema);
      owner.child.kill('SIGSTOP');
      const store = await open(schema);
      await put(store, 'new owner');
      owner.child.kill('SIGCONT');
      owner.write('late');
      expect(await owner.reply()).toBe('refused LEASE_LOST');
      expect(await keysOf(store)).toEqual(['new owner']);
      await store.close();
    });
  });

  describe('whose owner', () => {
    test('[R270] was killed is taken over with everything it wrote, within seconds', async () => {
      const schema = newSchema();
      const owner = await startOwner(schema);
      owner.write('one');
      expect(await owner.reply()).toBe('written one');
      const exited = once(owner.child, 'exit');
      owner.child.kill('SIGKILL');
      await exited;
      const killedAt = performance.now();
      const store = await open(schema);
      expect(performance.now() - killedAt).toBeLessThan(leaseMs + 5000);
      expect(await keysOf(store)).toEqual(['child/one']);
      await put(store, 'two');
      await store.close();
    });

    test('lives is refused with its name, and can be waited for', async () => {
      const schema = newSchema();
      const store = await open(schema);
      await expect(open(schema)).rejects.toMatchObject({
        code: 'STORE_LOCKED',
        message: expect.stringMatching(new RegExp(`^The store is in use by process ${process.pid} on \\S+\\.$`)),
      });
      let isOpen = false;
      const standby = open(schema, { waitMs: Number.POSITIVE_INFINITY }).then(next => {
        isOpen = true;
        return next;
      });
      await expect(open(schema)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
      expect(isOpen).toBe(false);
      await put(store, 'last');
      await store.close();
      const next = await standby;
      expect(await next.get('last')).toBe('last');
      await next.close();
    });

    test('is one of several that open at once', async () => {
      const schema = newSchema();
      const opened = await Promise.allSettled(Array.from({ length: 4 }, () => open(schema)));
      const stores = opened.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
      const codes = opened.flatMap(each => (each.status === 'rejected' ? [each.reason.code] : []));
      expect(stores).toHaveLength(1);
      expect(codes).toEqual(['STORE_LOCKED', 'STORE_LOCKED', 'STORE_LOCKED']);
      for (const store of stores) await store.close();
    });
  });

  describe('that loses its connections', () => {
    test('goes on with new ones', async () => {
      const store = await open(newSchema(), { leaseMs: 60_000 });
      await put(store, 'a');
      expect(await dropConnections()).toBeGreaterThan(0);
      await put(store, 'b');
      await dropConnections();
      expect(await store.get('b')).toBe('b');
      await dropConnections();
      expect(await keysOf(store)).toEqual(['a', 'b']);
      await store.close();
    });

    test('writes the batch that was under way, under a new epoch', async () => {
      const schema = newSchema();
      const store = await open(schema, { leaseMs: 60_000 });
      const other = await server.connect();
      await other.query('BEGIN');
      await other.query(`LOCK ${schema}.entries IN ACCESS EXCLUSIVE MODE`);
      const written = put(store, 'a');
      await waitingFor(server, 'WITH lease');
      await dropConnections();
      await other.query('COMMIT');
      await other.end();
      await written;
      await put(store, 'b');
      expect(await keysOf(store)).toEqual(['a', 'b']);
      const [owner] = await server.query(`SELECT epoch::int FROM ${schema}.owner`);
      expect(owner).toEqual({ epoch: 2 });
      await store.close();
    });

    test('says so while many rows are read', async () => {
      const store = await open(newSchema(), { leaseMs: 60_000 });
      await store.batch(Array.from({ length: 2500 }, (_, at) => ({ type: 'put', key: `k/${at}`, value: at })));
      const rows = store.entries('k/')[Symbol.asyncIterator]();
      await rows.next();
      await dropConnections();
      await expect(
        (async () => {
          while ((await rows.next()).done !== true);
        })(),
      ).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
      await store.close();
    });
  });

  test('that cannot be reached is reported without the password', async () => {
    await expect(postgresStore('postgres://ada:secret@127.0.0.1:1/shop', { reconnectMs: 50 })()).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      where: 'postgres://ada@127.0.0.1:1/shop',
    });
    await expect(postgresStore(server.url.replace('/postgres?', '/absent?'))()).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: 'The PostgreSQL server cannot be used: database "absent" does not exist',
    });
    await expect(postgresStore('shop')()).rejects.toThrow(TypeError);
  });
});

/** Resolves once a statement with this text waits for a lock. */
async function waitingFor(server: PostgresServer, text: string): Promise<void> {
  await expect
    .poll(() =>
      server.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND strpos(query, $1) > 0", [text]),
    )
    .not.toEqual([]);
}
