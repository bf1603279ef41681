/** Entry point `troupe/postgres`: a store on PostgreSQL, for one owner at a time among any number of machines. */
export { type PostgresStoreOptions, postgresStore } from './adapters/stores/postgres-store.ts';
export { TroupeError } from './model/errors.ts';
export type { Operation, Store, StoreOpener } from './ports/store.ts';
