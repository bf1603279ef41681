/**
 * The version of the rows that plans keep (keys.ts), beside that of the runtime's own (src/durable/keys.ts) and of each
 * chart (its `version`, src/durable/migrate.ts). A store written by an older version is translated when it is opened,
 * row by row, in one batch; an export when it is read.
 */
import { Fault } from '../model/fault.ts';
import type { Operation, Store } from '../ports/store.ts';
import { keys } from './keys.ts';

/** From a row as one version wrote it to what the next one has in its place; null when it has none. */
export type Translation = (row: Row) => Row | null;

export interface Row {
  key: string;
  value: unknown;
}

export interface Records {
  /** Bumped when a row's meaning changes. Rows without a version have the first. */
  version: number;
  /** The first leads from version 1 to version 2. */
  translations: readonly Translation[];
}

export const records: Records = { version: 1, translations: [] };

/** The row as this version has it. */
export function translate(row: Row, from: number, { translations }: Records = records): Row | null {
  let now: Row | null = row;
  for (const translation of translations.slice(from - 1)) {
    if (now !== null) now = translation(now);
  }
  return now;
}

/** @throws {Fault} STORE_FORMAT when they are of a version to come */
export function assertKnown(version: number, where: string, { version: present }: Records = records): void {
  if (version <= present) return;
  throw new Fault('STORE_FORMAT', `${where} has records of version ${version}; this program reads up to ${present}`, {
    where,
    hints: ['troupe --version'],
  });
}

/** Brings the plans' rows of a store to this version. @throws {Fault} STORE_FORMAT */
export async function upgradeRecords(store: Store, known: Records = records): Promise<void> {
  const version = ((await store.get(keys.version)) as number | undefined) ?? 1;
  assertKnown(version, 'the store', known);
  if (version === known.version) return;
  const operations: Operation[] = [{ type: 'put', key: keys.version, value: known.version }];
  for (const prefix of keys.all) {
    for await (const [key, value] of store.entries(prefix)) {
      const now = translate({ key, value }, version, known);
      if (now?.key !== key) operations.push({ type: 'del', key });
      if (now !== null) operations.push({ type: 'put', ...now });
    }
  }
  await store.batch(operations);
}
