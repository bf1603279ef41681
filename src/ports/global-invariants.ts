import type { Invariant } from '../model/invariant.ts';

/** The invariants of all projects of one user, stored outside of the projects. */
export interface GlobalInvariantStore {
  /** Returns the invariants in the order they were added. @throws {TroupeError} INVALID_INVARIANT naming the invalid file */
  invariants(): Promise<Invariant[]>;
  save(invariant: Invariant): Promise<void>;
  /** Does nothing when the invariant does not exist. */
  remove(invariantId: string): Promise<void>;
}
