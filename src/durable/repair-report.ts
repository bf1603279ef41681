/** What a repair of a store found and removed. */

/** The result of `repairStore`. */
export interface RepairReport {
  /** Number of undamaged actors; in a store of instances, of instances. */
  intact: number;
  /** Names of actors removed because their parent or their identity was lost. */
  dropped: string[];
  /** Number of timers and steps removed because their actor is gone. */
  orphanedRows: number;
  /** Number of recent commits that are missing. */
  commitsMissing: number;
}
