import type { Invariant } from '../model/invariant.ts';

/** What holds for every project of one person, kept outside of them all. */
export interface GlobalInvariantStore {
  /** In the order in which they were put there. @throws {TroupeError} INVALID_INVARIANT naming the file that is not one */
  invariants(): Promise<Invariant[]>;
  save(invariant: Invariant): Promise<void>;
  /** Nothing happens when it is not there. */
  remove(invariantId: string): Promise<void>;
}
