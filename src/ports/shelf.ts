import type { Invariant } from '../model/invariant.ts';

/** What holds for every project of one person, kept outside of them all. */
export interface Shelf {
  /** In the order in which they were put there. @throws {Fault} INVALID_INVARIANT naming the file that is not one */
  invariants(): Promise<Invariant[]>;
  put(invariant: Invariant): Promise<void>;
  /** Nothing happens when it is not there. */
  remove(invariantId: string): Promise<void>;
}
