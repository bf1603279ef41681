/** `troupe/level`: the store on LevelDB. */
export { type LevelStoreOptions, levelStore, repairLevel } from './adapters/level-store.ts';
export type { Durability, Store, StoreOpener } from './ports/store.ts';
