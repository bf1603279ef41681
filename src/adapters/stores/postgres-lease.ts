/**
 * The lease of a store on PostgreSQL: one row that says who owns the store, under which epoch, and until when. Invariants:
 * - L1 every transaction that writes checks the epoch (`batchStatement`), so the time decides only when the store may be taken over,
 *   never whether a write is allowed;
 * - L2 only the server's clock is read;
 * - L3 after a lost connection the owner raises its own epoch: a statement that may still run over that connection then writes nothing.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { TroupeError } from '../../model/errors.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import type { PostgresTables } from './postgres-rows.ts';

/** The tables change with this number. */
const format = 1;

/** How often opening looks whether the store became free. */
const pollMs = 250;

interface OwnerRow {
  holder: string | null;
  process: string | null;
  format: number;
  epoch: string;
  /** Milliseconds until the lease runs out, by the server's clock. */
  left: number;
  /** Changes with each renewal. */
  expires: string;
}

/** Creates the tables where they are missing. Two processes may do so at once. */
export async function createTables(
  connection: PostgresConnection,
  tables: PostgresTables,
  schema: string,
): Promise<void> {
  const [found] = await connection.query<{ encoding: string; table: string | null }>(
    "SELECT current_setting('server_encoding') AS encoding, to_regclass($1)::text AS table",
    [tables.owner],
  );
  if (found?.encoding !== 'UTF8') {
    throw new TroupeError('STORE_FORMAT', `The database has the encoding ${found?.encoding}; the store needs UTF8`, {
      where: connection.where,
      hints: ['createdb --encoding=UTF8 --template=template0 troupe'],
    });
  }
  if (found.table !== null) return;
  const quoted = tables.owner.slice(0, -'.owner'.length);
  // Several statements without parameters are one transaction.
  await connection.query(`
    SELECT pg_advisory_xact_lock(hashtextextended('troupe ${schema.replaceAll("'", "''")}', 0));
    CREATE SCHEMA IF NOT EXISTS ${quoted};
    CREATE TABLE IF NOT EXISTS ${tables.entries} (key text COLLATE "C" PRIMARY KEY, value text NOT NULL);
    CREATE TABLE IF NOT EXISTS ${tables.owner} (
      id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
      format integer NOT NULL,
      epoch bigint NOT NULL,
      holder uuid,
      process text,
      expires_at timestamptz NOT NULL
    );
    INSERT INTO ${tables.owner} (format, epoch, expires_at) VALUES (${format}, 0, '-infinity') ON CONFLICT DO NOTHING;`);
}

export interface LeaseOptions {
  leaseMs: number;
  waitMs: number;
  /** Called once, when another process was found to own the store. */
  onLost(error: TroupeError): void;
}

export interface Lease {
  /** Checked by each write. */
  readonly epoch: string;
  /** The error that each operation rejects with once the lease is lost. */
  readonly lost: TroupeError | undefined;
  /** Raises the epoch after a lost connection. @throws {TroupeError} LEASE_LOST */
  raiseEpoch(): Promise<void>;
  /** Notes that a write found another epoch, and returns the error. */
  fail(): Promise<TroupeError>;
  /** Frees the store, so that the next opening does not wait. */
  release(): Promise<void>;
}

const interval = (ms: string) => `clock_timestamp() + make_interval(secs => ${ms} / 1000.0)`;

/** @throws {TroupeError} STORE_LOCKED while another process has the store open; STORE_FORMAT */
export async function takeLease(
  connection: PostgresConnection,
  { owner }: PostgresTables,
  options: LeaseOptions,
): Promise<Lease> {
  const holder = randomUUID();
  const epoch = await waitForLease(connection, owner, { ...options, holder });
  return keepLease(connection, owner, { ...options, holder, epoch });
}

/**
 * Waits until the owner is known to be alive, which it shows by a renewal, or its lease has run out; and beyond that as long as the
 * options say.
 */
async function waitForLease(
  { query, retry, where }: PostgresConnection,
  owner: string,
  { leaseMs, waitMs, holder }: LeaseOptions & { holder: string },
): Promise<string> {
  const process = processName();
  const waitUntil = performance.now() + waitMs;
  let first: string | undefined;
  for (;;) {
    const [taken] = await retry(() =>
      query<{ epoch: string }>(
        `UPDATE ${owner} SET epoch = epoch + 1, holder = $1, process = $2, expires_at = ${interval('$3::float8')}
         WHERE format = ${format} AND (holder = $1 OR expires_at <= clock_timestamp()) RETURNING epoch::text`,
        [holder, process, leaseMs],
      ),
    );
    if (taken !== undefined) return taken.epoch;
    const row = await retry(() => readOwner(query, owner));
    assertFormat(row, where);
    first ??= row.expires;
    if (row.expires !== first && row.left > 0 && performance.now() >= waitUntil) throw lockedError(row, where);
    await pause(Math.min(pollMs, Math.max(1, row.left)));
  }
}

/** Renews the lease until it is released or lost. */
function keepLease(
  connection: PostgresConnection,
  owner: string,
  { leaseMs, onLost, holder, epoch: taken }: LeaseOptions & { holder: string; epoch: string },
): Lease {
  const { query, where } = connection;
  let epoch = taken;
  let lost: TroupeError | undefined;
  let released = false;
  const renewed = `expires_at = ${interval(String(leaseMs))}`;
  // A connection that hangs is given up while there is time for another try.
  const change = (changes: string, known?: string) =>
    query<{ epoch: string }>(
      `UPDATE ${owner} SET ${changes} WHERE holder = $1 AND epoch = coalesce($2::bigint, epoch) RETURNING epoch::text`,
      [holder, known ?? null],
      leaseMs / 3,
    );

  /** The store counts as lost before the server says who has it: nothing may be written meanwhile. */
  async function fail(): Promise<TroupeError> {
    if (lost !== undefined) return lost;
    clearTimeout(timer);
    lost = leaseLostError(null, where);
    const row = await readOwner(query, owner, leaseMs / 3).catch(() => undefined);
    if (row?.process != null) lost = leaseLostError(row.process, where);
    onLost(lost);
    return lost;
  }

  async function renew(): Promise<void> {
    let delayMs = leaseMs / 3;
    try {
      const rows = await change(renewed);
      if (rows.length === 0 && !released) await fail();
    } catch {
      // Until the server can be reached again, no other process is known to own the store.
      delayMs = leaseMs / 20;
    }
    if (!released && lost === undefined) schedule(delayMs);
  }

  let timer: NodeJS.Timeout;
  const schedule = (delayMs: number) => {
    timer = setTimeout(() => void renew(), delayMs).unref();
  };
  schedule(leaseMs / 3);

  return {
    get epoch() {
      return epoch;
    },
    get lost() {
      return lost;
    },
    fail,
    async raiseEpoch() {
      const [raised] = await change(`epoch = epoch + 1, ${renewed}`, epoch);
      // An earlier try may have raised it, and the answer was lost.
      const current = raised === undefined ? await readOwner(query, owner) : { ...raised, holder };
      if (current.holder !== holder) throw await fail();
      epoch = current.epoch;
    },
    async release() {
      released = true;
      clearTimeout(timer);
      // A lease that is not released runs out.
      if (lost === undefined) await change("holder = NULL, process = NULL, expires_at = '-infinity'").catch(() => []);
    },
  };
}

async function readOwner(query: PostgresConnection['query'], owner: string, timeoutMs?: number): Promise<OwnerRow> {
  const [row] = await query<OwnerRow>(
    `SELECT holder, process, format, epoch::text, expires_at::text AS expires,
      CASE WHEN isfinite(expires_at) THEN extract(epoch FROM expires_at - clock_timestamp())::float8 * 1000 ELSE 0 END AS left
     FROM ${owner}`,
    [],
    timeoutMs,
  );
  if (row === undefined)
    throw new TroupeError('STORE_DAMAGED', 'The store cannot be read: the row of its owner is gone');
  return row;
}

function assertFormat({ format: found }: OwnerRow, where: string): void {
  if (found === format) return;
  throw new TroupeError(
    'STORE_FORMAT',
    `The tables of the store have the format ${found}; this version reads ${format}`,
    {
      where,
    },
  );
}

export const processName = (): string => `process ${process.pid} on ${hostname()}`;

function lockedError({ process }: OwnerRow, where: string): TroupeError {
  const who = process ?? 'another process';
  return new TroupeError('STORE_LOCKED', `The store is in use by ${who}.`, { where, details: { owner: who } });
}

/** The error of an owner that is none any more. */
export function leaseLostError(owner: string | null, where: string): TroupeError {
  const who = owner ?? 'Another process';
  return new TroupeError(
    'LEASE_LOST',
    `${capitalize(who)} has taken the store over; this process can no longer write to it.`,
    {
      where,
      details: { owner },
    },
  );
}

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
