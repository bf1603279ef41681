/**
 * The version of the plans' rows (keys.ts). The runtime's own rows (src/durable/keys.ts) and each machine (its
 * `version`, src/durable/migrations.ts) have versions of their own. A store written by an older version is migrated
 * when it is opened, row by row, in one batch; an export when it is read.
 */
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { keys } from './keys.ts';

/** Converts a row to the next version; null removes it. */
export type RecordMigration = (row: StoreRow) => StoreRow | null;

export interface StoreRow {
  key: string;
  value: unknown;
}

export interface RecordFormat {
  /** Incremented when the meaning of a row changes. Rows without a version have the first. */
  version: number;
  /** The first entry migrates from version 1 to version 2. */
  migrations: readonly RecordMigration[];
}

export const recordFormat: RecordFormat = { version: 1, migrations: [] };

/** Returns the row in the current version. */
export function migrateRow(row: StoreRow, from: number, { migrations }: RecordFormat = recordFormat): StoreRow | null {
  let current: StoreRow | null = row;
  for (const translation of migrations.slice(from - 1)) {
    if (current !== null) current = translation(current);
  }
  return current;
}

/** @throws {TroupeError} STORE_FORMAT when they are of a newer version */
export function assertSupportedVersion(
  version: number,
  where: string,
  { version: present }: RecordFormat = recordFormat,
): void {
  if (version <= present) return;
  throw new TroupeError(
    'STORE_FORMAT',
    `${where} has records of version ${version}; this program reads up to ${present}`,
    {
      where,
      hints: [commandHint('', { options: { version: true } })],
    },
  );
}

/** Migrates the plans' rows of a store to the current version. @throws {TroupeError} STORE_FORMAT */
export async function migrateRecords(store: Store, format: RecordFormat = recordFormat): Promise<void> {
  const version = ((await store.get(keys.version)) as number | undefined) ?? 1;
  assertSupportedVersion(version, 'the store', format);
  if (version === format.version) return;
  const operations: Operation[] = [{ type: 'put', key: keys.version, value: format.version }];
  for (const prefix of keys.versionedPrefixes) {
    for await (const [key, value] of store.entries(prefix)) {
      const now = migrateRow({ key, value }, version, format);
      if (now?.key !== key) operations.push({ type: 'del', key });
      if (now !== null) operations.push({ type: 'put', ...now });
    }
  }
  await store.batch(operations);
}
