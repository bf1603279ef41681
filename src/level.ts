/** Entry point `troupe/level`: a store on LevelDB. */
export {
  compactLevel,
  type LevelStoreOptions,
  levelStore,
  repairLevel,
  verifyLevel,
} from './adapters/stores/level-store.ts';
export type { Durability, Store, StoreOpener } from './ports/store.ts';
