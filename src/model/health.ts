/** What was found of a store, and what was done about it. */
export interface StoreHealth {
  rows: number;
  plans: number;
  /** What does not hold together, in sentences; none: all is well. */
  damage: string[];
}

export interface StoreRepairReport {
  /** Actors that are whole. */
  intact: number;
  /** Rows of plans that were made again from the journal. */
  restored: number;
  /** What is lost for good, in sentences. */
  lost: string[];
}
