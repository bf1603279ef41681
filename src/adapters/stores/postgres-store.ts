/** The store on PostgreSQL: a table of keys and values, and the lease of its one owner. */
import type { Client } from 'pg';
import { decodeValue } from '../../durable/codec.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Operation, Store, StoreOpener, StoreOwner } from '../../ports/store.ts';
import { connectPostgres, type PostgresConnection, toStoreError } from './postgres-connection.ts';
import { createTables, type Lease, processName, takeLease } from './postgres-lease.ts';
import {
  batchStatement,
  type EncodedBatch,
  encodeBatch,
  fromStoredKey,
  type PostgresTables,
  type RowRange,
  rangeStatement,
  tablesOf,
  toStoredKey,
} from './postgres-rows.ts';

/** Options of {@link postgresStore}. */
export interface PostgresStoreOptions {
  /** The PostgreSQL schema with the tables of the store; it is created when missing. One store has one schema. @default 'troupe' */
  schema?: string;
  /**
   * Milliseconds after which another process can take the store over when its owner no longer renews the lease, which it does three
   * times as often. @default 5000
   */
  leaseMs?: number;
  /**
   * Milliseconds for which opening waits while another process has the store open; `Infinity` for a process on standby. An owner that
   * died is waited for in any case. @default 0
   */
  waitMs?: number;
  /** Milliseconds for which an operation is tried again when the connection is lost. @default 30000 */
  reconnectMs?: number;
  /** Called once when another process has taken the store over. Every operation rejects with the same error. */
  onLeaseLost?: (error: TroupeError) => void;
  /** Further options of the clients of `pg`, such as `ssl`, or `password` as a function. */
  client?: Readonly<Record<string, unknown>>;
}

const rowsAtOnce = 1000;

/**
 * Returns an opener of the store in the database at `url`, such as `postgres://user@host/database`. It needs the package `pg`, which
 * you install: `npm install pg`. Opening rejects with PACKAGE_MISSING, STORE_UNREACHABLE, STORE_LOCKED or STORE_FORMAT.
 */
export function postgresStore(url: string, options: PostgresStoreOptions = {}): StoreOpener {
  const { schema = 'troupe', leaseMs = 5000, waitMs = 0, reconnectMs = 30_000, client = {} } = options;
  const tables = tablesOf(schema);
  return async () => {
    const connection = await connectPostgres({ url, reconnectMs, client });
    try {
      await createTables(connection, tables, schema);
      const listeners = [(error: TroupeError) => options.onLeaseLost?.(error)];
      const onLost = (error: TroupeError) => {
        for (const listener of listeners) listener(error);
      };
      const lease = await takeLease(connection, tables, { leaseMs, waitMs, onLost });
      return new PostgresStore({ connection, tables, lease, listeners });
    } catch (error) {
      await connection.close();
      throw toStoreError(error, connection.where);
    }
  };
}

interface EntryRow {
  key: string;
  value: string;
}

interface PostgresStoreParts {
  connection: PostgresConnection;
  tables: PostgresTables;
  lease: Lease;
  /** Called once, when the lease is lost. */
  listeners: ((error: TroupeError) => void)[];
}

class PostgresStore implements Store {
  readonly #connection: PostgresConnection;
  readonly #tables: PostgresTables;
  readonly #lease: Lease;
  readonly #batchText: string;
  readonly #listeners: ((error: TroupeError) => void)[];
  /** Batches are written one after the other, in the order given. */
  #writing: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;
  bytesWritten = 0;

  readonly kind = 'postgres';

  get owner(): StoreOwner {
    return { process: processName(), epoch: this.#lease.epoch };
  }

  constructor({ connection, tables, lease, listeners }: PostgresStoreParts) {
    this.#listeners = listeners;
    this.#connection = connection;
    this.#tables = tables;
    this.#lease = lease;
    this.#batchText = batchStatement(tables);
  }

  async get(key: string): Promise<unknown> {
    this.#mustBeUsable();
    const text = `SELECT value FROM ${this.#tables.entries} WHERE key = $1`;
    const [row] = await this.#connection.retry(() =>
      this.#connection.query<{ value: string }>(text, [toStoredKey(key)]),
    );
    return row === undefined ? undefined : this.#parse(key, row.value);
  }

  async *entries(
    prefix: string,
    options: { after?: string; limit?: number; reverse?: boolean } = {},
  ): AsyncIterable<[key: string, value: unknown]> {
    this.#mustBeUsable();
    const { limit = Number.POSITIVE_INFINITY, reverse = false } = options;
    const after = options.after === undefined ? undefined : toStoredKey(options.after);
    const range = { prefix: toStoredKey(prefix), after, reverse };
    // One statement reads one state. Only what it cannot read at once needs a transaction.
    const { text, values } = rangeStatement(this.#tables, range, Math.min(limit, rowsAtOnce + 1));
    const rows = await this.#connection.retry(() => this.#connection.query<EntryRow>(text, values));
    const all = rows.length <= rowsAtOnce || limit === rows.length ? [rows] : this.#pages(range, limit);
    for await (const page of all) {
      for (const row of page) {
        const key = fromStoredKey(row.key);
        yield [key, this.#parse(key, row.value)];
      }
    }
  }

  async batch(operations: readonly Operation[]): Promise<void> {
    this.#mustBeUsable();
    const batch = encodeBatch(operations);
    this.bytesWritten += batch.bytes;
    const written = this.#writing.then(() => this.#write(batch));
    this.#writing = written.catch(() => undefined);
    await written;
  }

  onLost(listener: (error: TroupeError) => void): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#writing.then(async () => {
      await this.#lease.release();
      await this.#connection.close();
    });
    return this.#closing;
  }

  async #write({ deleted, keys, values }: EncodedBatch): Promise<void> {
    if (this.#lease.lost !== undefined) throw this.#lease.lost;
    if (deleted.length + keys.length === 0) return;
    const [result] = await this.#connection.retry(
      () => {
        const parameters = [this.#lease.epoch, deleted, keys, values];
        return this.#connection.query<{ leases: number }>(this.#batchText, parameters);
      },
      () => this.#lease.raiseEpoch(),
    );
    if (result?.leases !== 1) throw await this.#lease.fail();
  }

  /** All rows of a range as they are now, some at once. */
  async *#pages(range: RowRange, limit: number): AsyncIterable<EntryRow[]> {
    const { where } = this.#connection;
    const client = await this.#connection.retry(() => this.#beginReading());
    try {
      let after = range.after;
      for (let left = limit; left > 0; ) {
        const { text, values } = rangeStatement(this.#tables, { ...range, after }, Math.min(left, rowsAtOnce));
        const { rows } = await client.query<EntryRow>(text, values);
        yield rows;
        if (rows.length < rowsAtOnce) return;
        left -= rows.length;
        after = rows.at(-1)?.key;
      }
    } catch (error) {
      throw toStoreError(error, where);
    } finally {
      await client.end();
    }
  }

  async #beginReading(): Promise<Client> {
    const client = await this.#connection.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return client;
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  #mustBeUsable(): void {
    if (this.#closing !== undefined) throw new TroupeError('SYSTEM_CLOSED', 'The store was closed.');
    if (this.#lease.lost !== undefined) throw this.#lease.lost;
  }

  #parse(key: string, text: string): unknown {
    try {
      return decodeValue(text);
    } catch (error) {
      const message = `The store cannot be read: the row ${key} is not what was written`;
      throw new TroupeError('STORE_DAMAGED', message, { where: this.#connection.where, cause: error });
    }
  }
}
