/** Connections to PostgreSQL, and what their errors mean. `pg` is loaded when a store is opened. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, Pool, QueryResultRow } from 'pg';
import { withoutPassword } from '../../model/address.ts';
import { TroupeError } from '../../model/errors.ts';
import { loadPackage } from '../load-package.ts';

export interface PostgresConnectionOptions {
  url: string;
  reconnectMs: number;
  /** Further options of pg's clients. */
  client: Readonly<Record<string, unknown>>;
}

export interface PostgresConnection {
  /** Where the server is, without the password. */
  readonly where: string;
  /** Runs a statement on its own. @param timeoutMs the connection counts as lost after it */
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[], timeoutMs?: number): Promise<Row[]>;
  /** Returns a connection of its own for several statements; the caller ends it. */
  connect(): Promise<Client>;
  /**
   * Runs `work`, and again when the connection is lost meanwhile, after `before`, for `reconnectMs`.
   *
   * @throws {TroupeError} STORE_UNREACHABLE
   */
  retry<T>(work: () => Promise<T>, before?: () => Promise<void>): Promise<T>;
  close(): Promise<void>;
}

const connections = 4;
const connectTimeoutMs = 10_000;
const retryDelayMs = 100;
/** A statement that takes longer, or `reconnectMs` where that is more, counts as one over a lost connection. */
const statementTimeoutMs = 30_000;

/** @throws {TroupeError} PACKAGE_MISSING */
export async function connectPostgres(options: PostgresConnectionOptions): Promise<PostgresConnection> {
  const { url, reconnectMs } = options;
  const { default: pg } = await loadPackage('pg', () => import('pg'), 'The store on PostgreSQL needs');
  if (!URL.canParse(url))
    throw new TypeError('The address of the store is no URL, such as postgres://user@host/database');
  const where = withoutPassword(url);
  const longestMs = Math.max(statementTimeoutMs, reconnectMs);
  const settings = {
    ...{ connectionTimeoutMillis: connectTimeoutMs, keepAlive: true, query_timeout: longestMs },
    ...{ application_name: 'troupe', ...options.client, connectionString: url },
  };
  const pool: Pool = new pg.Pool({ ...settings, max: connections, allowExitOnIdle: true });
  // The statement that uses the connection next opens another.
  pool.on('error', () => undefined);

  async function query<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
    timeoutMs = longestMs,
  ): Promise<Row[]> {
    // The types of pg lack the limit of a single statement.
    const statement = { text, values: [...values], query_timeout: timeoutMs };
    const { rows } = await pool.query<Row>(statement);
    return rows;
  }

  async function connect(): Promise<Client> {
    const client = new pg.Client(settings);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async function retry<T>(work: () => Promise<T>, before?: () => Promise<void>): Promise<T> {
    const deadline = performance.now() + reconnectMs;
    for (let attempt = 0; ; attempt++) {
      try {
        if (attempt > 0) await before?.();
        return await work();
      } catch (error) {
        if (!isConnectionError(error) || performance.now() > deadline) throw toStoreError(error, where);
        await pause(Math.min(retryDelayMs * 2 ** attempt, 1000));
      }
    }
  }

  return { where, query, connect, retry, close: () => pool.end() };
}

const systemCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
]);

/** The server shuts down, starts, has no connection left, or found a deadlock; class 08 is the connection itself. */
const passingStates = /^(?:08...|57P0[1235]|53300|40001|40P01)$/;

/** pg gives no codes to its own errors. */
const lostConnection =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|timeout expired|Query read timeout|is not queryable|Client was closed/i;

/** Whether the same statement may work over another connection. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || TroupeError.is(error)) return false;
  // A host with several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.some(isConnectionError)) return true;
  const code = codeOf(error);
  return systemCodes.has(code) || passingStates.test(code) || lostConnection.test(error.message);
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

/** Refused before anything ran: the user, the password, the database, what the user may do, too many connections. */
const refusedStates = /^(?:28...|3D000|42501|53300)$/;

/** Converts what pg throws to a TroupeError, where you can act on it. */
export function toStoreError(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || TroupeError.is(error)) return error;
  const code = codeOf(error);
  if (code === '53100')
    return new TroupeError('DISK_FULL', 'PostgreSQL: the disk is full', { where, hints: ['df -h'], cause: error });
  if (code === '25006')
    return new TroupeError('READ_ONLY', 'PostgreSQL only reads: the server is a replica', { where, cause: error });
  if (!isConnectionError(error) && !refusedStates.test(code)) return error;
  const reason = error.message || (error instanceof AggregateError && error.errors[0]?.message) || code;
  return new TroupeError('STORE_UNREACHABLE', `The PostgreSQL server cannot be used: ${reason}`, {
    where,
    hints: [`pg_isready --dbname='${where.replaceAll("'", '%27')}'`],
    retriable: isConnectionError(error),
    cause: error,
  });
}
