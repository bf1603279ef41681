/** The store of a run whose process is killed: in its folder, or in a database. */
import { join } from 'node:path';
import type { StoreOpener } from '../../src/index.ts';
import { levelStore } from '../../src/level.ts';
import { postgresStore } from '../../src/postgres.ts';

export interface DatabaseStore {
  url: string;
  schema: string;
  /** How long the next process waits for one that was killed. */
  leaseMs: number;
}

/** @param database null: the store is on LevelDB */
export const openTestStore = (
  folder: string,
  database: DatabaseStore | null,
  options: { waitMs?: number } = {},
): StoreOpener =>
  database === null
    ? levelStore(join(folder, 'store'))
    : postgresStore(database.url, { schema: database.schema, leaseMs: database.leaseMs, ...options });
