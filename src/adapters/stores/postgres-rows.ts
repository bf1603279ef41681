/** Keys and SQL of the store on PostgreSQL. */
import { encodeValue } from '../../durable/codec.ts';
import type { Operation } from '../../ports/store.ts';

/** The tables of one store, with the schema, quoted. */
export interface PostgresTables {
  entries: string;
  owner: string;
}

/** @throws {TypeError} for a name that PostgreSQL would cut or refuse */
export function tablesOf(schema: string): PostgresTables {
  if (schema === '' || schema.includes('\0') || Buffer.byteLength(schema) > 63) {
    throw new TypeError('The schema has a name of 1 to 63 bytes');
  }
  const quoted = `"${schema.replaceAll('"', '""')}"`;
  return { entries: `${quoted}.entries`, owner: `${quoted}.owner` };
}

/** PostgreSQL has no text with a zero character. Both replacements keep the order of keys and what is a prefix of what. */
export const toStoredKey = (key: string): string => key.replaceAll('\x01', '\x01\x02').replaceAll('\0', '\x01\x01');

/** Returns the key of a stored one. */
export const fromStoredKey = (stored: string): string =>
  stored.replaceAll('\x01\x01', '\0').replaceAll('\x01\x02', '\x01');

/** Returns the first text after all that start with `prefix`, by the order of their bytes; null when there is none. */
export function endOfPrefix(prefix: string): string | null {
  const points = Array.from(prefix, character => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    // Surrogates are no characters of their own.
    const next = last >= 0xd7ff && last < 0xe000 ? 0xe000 : last + 1;
    return String.fromCodePoint(...points, next);
  }
  return null;
}

/** What a batch comes to: each key once, with its last operation. */
export interface EncodedBatch {
  deleted: string[];
  keys: string[];
  values: string[];
  bytes: number;
}

/** @throws {TroupeError} NOT_STORABLE */
export function encodeBatch(operations: readonly Operation[]): EncodedBatch {
  const last = new Map<string, string | null>();
  let bytes = 0;
  for (const operation of operations) {
    const value = operation.type === 'put' ? encodeValue(operation.value, operation.key) : null;
    bytes += operation.key.length + (value?.length ?? 0);
    last.set(toStoredKey(operation.key), value);
  }
  const batch: EncodedBatch = { deleted: [], keys: [], values: [], bytes };
  for (const [key, value] of last) {
    if (value === null) batch.deleted.push(key);
    else {
      batch.keys.push(key);
      batch.values.push(value);
    }
  }
  return batch;
}

/**
 * One statement, so one transaction and one round trip. It writes only under the epoch `$1`, and holds the row of the owner until it
 * is committed: a take-over waits for it, or comes first and leaves it nothing to write.
 */
export const batchStatement = ({ entries, owner }: PostgresTables): string => `
  WITH lease AS (SELECT 1 FROM ${owner} WHERE epoch = $1 FOR SHARE),
  deleted AS (DELETE FROM ${entries} WHERE key = ANY($2::text[]) AND EXISTS (SELECT 1 FROM lease)),
  written AS (
    INSERT INTO ${entries} (key, value)
    SELECT row.key, row.value FROM unnest($3::text[], $4::text[]) AS row (key, value) WHERE EXISTS (SELECT 1 FROM lease)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value
  )
  SELECT count(*)::int AS leases FROM lease`;

/** Which rows are read. Keys are stored ones. */
export interface RowRange {
  prefix: string;
  after: string | undefined;
  reverse: boolean;
}

/** The statement for the next rows of a range, at most `limit`. */
export function rangeStatement(
  { entries }: PostgresTables,
  { prefix, after, reverse }: RowRange,
  limit: number,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const bound = (comparison: string, value: string) => `key ${comparison} $${values.push(value)}`;
  const end = endOfPrefix(prefix);
  const conditions = [
    bound('>=', prefix),
    ...(end === null ? [] : [bound('<', end)]),
    ...(after === undefined ? [] : [bound(reverse ? '<' : '>', after)]),
  ];
  const text = `SELECT key, value FROM ${entries} WHERE ${conditions.join(' AND ')}
    ORDER BY key ${reverse ? 'DESC' : 'ASC'} LIMIT $${values.push(limit)}`;
  return { text, values };
}
