/** What errors of PostgreSQL mean, and where a connection goes to: all without a server. */
import { describe, expect, it } from 'vitest';
import { connectPostgres, isConnectionError, toStoreError } from '../../../src/adapters/stores/postgres-connection.ts';
import { TroupeError } from '../../../src/model/errors.ts';

const coded = (code: string, message = 'words') => Object.assign(new Error(message), { code });
const where = "postgres://ada@host/it's";

describe('An error of PostgreSQL', () => {
  it.each([
    ['a refused connection', coded('ECONNREFUSED'), true],
    ['a server that shuts down', coded('57P01'), true],
    ['a failure of the connection', coded('08006'), true],
    ['a connection that pg calls lost', new Error('Connection terminated unexpectedly'), true],
    ['several addresses, one of them refused', new AggregateError([coded('ECONNREFUSED')]), true],
    ['several addresses with other errors', new AggregateError([coded('22012')]), false],
    ['a wrong statement', coded('42601'), false],
    ['an error of its own', new TroupeError('STORE_UNREACHABLE', 'Connection terminated'), false],
    ['a text', 'Connection terminated', false],
  ])('may pass over another connection or not: %s', (_, error, may) => {
    expect(isConnectionError(error)).toBe(may);
  });

  it.each([
    [coded('53100'), { code: 'DISK_FULL', where }],
    [coded('25006'), { code: 'READ_ONLY', where }],
    [coded('28P01', 'no password'), { code: 'STORE_UNREACHABLE', message: expect.stringMatching(/no password$/) }],
    [coded('ECONNREFUSED', ''), { code: 'STORE_UNREACHABLE', message: expect.stringMatching(/: ECONNREFUSED$/) }],
    [new AggregateError([coded('ENOTFOUND', 'no host')]), { message: expect.stringMatching(/: no host$/) }],
  ])('becomes one that you can act on: %s', (error, expected) => {
    const converted = toStoreError(error, where);
    expect(TroupeError.is(converted)).toBe(true);
    expect(converted).toMatchObject({ ...expected, cause: error });
  });

  it('has a hint that a shell can run, and is tried again unless the server refused', () => {
    expect(toStoreError(coded('ECONNRESET'), where)).toMatchObject({
      hints: ["pg_isready --dbname='postgres://ada@host/it%27s'"],
      retriable: true,
    });
    expect(toStoreError(coded('3D000'), where)).toMatchObject({ retriable: false });
  });

  it('stays as it is if nothing is known of it', () => {
    for (const error of [coded('42601'), new TroupeError('USAGE', 'No'), 'text', null]) {
      expect(toStoreError(error, where)).toBe(error);
    }
  });
});

describe('A connection to PostgreSQL', () => {
  const connect = (url: string, reconnectMs = 5_000) => connectPostgres({ url, reconnectMs, client: {} });

  it('is named without its password', async () => {
    const connection = await connect('postgres://ada:secret@host/db?password=secret&sslmode=disable');
    expect(connection.where).toBe('postgres://ada@host/db?sslmode=disable');
    await connection.close();
  });

  it('needs a URL', async () => {
    await expect(connect('host/db')).rejects.toThrow('The address of the store is no URL');
  });

  it('repeats work whose connection was lost, after what is to be done before, and no other', async () => {
    const connection = await connect('postgres://ada@host/db');
    const done: string[] = [];
    const work = async () => {
      done.push('work');
      if (done.length === 1) throw coded('ECONNRESET');
      return done.length;
    };
    expect(await connection.retry(work, async () => void done.push('before'))).toBe(3);
    expect(done).toEqual(['work', 'before', 'work']);
    const wrong = coded('42601');
    await expect(connection.retry(() => Promise.reject(wrong))).rejects.toBe(wrong);
    await connection.close();
  });

  it('gives up when the time for it has passed', async () => {
    const connection = await connect('postgres://ada@host/db', 0);
    await expect(connection.retry(() => Promise.reject(coded('ECONNRESET')))).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
    await connection.close();
  });
});
