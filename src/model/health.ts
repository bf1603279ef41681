/** The state of a store, and the result of repairing it. */
export interface StoreHealth {
  rows: number;
  plans: number;
  /** Inconsistencies, in sentences; empty when there are none. */
  damage: string[];
}

/** The result of repairing a store. */
export interface StoreRepairReport {
  /** Number of undamaged actors. */
  intact: number;
  /** Number of plan rows restored from the journal. */
  restored: number;
  /** What cannot be restored, in sentences. */
  lost: string[];
}
