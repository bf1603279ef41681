/** What goes into a merge, what it hears, and how it ends. */
import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import type { StoredFault } from '../../src/model/fault.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { MergeStrategy } from '../../src/model/subplan.ts';
import type { ChildTree } from '../contract.ts';

/** What becomes of a conflict without a person: nothing, or one side always wins. */
export type ConflictPolicy = 'manual' | 'preferOurs' | 'preferTheirs';

export interface MergeInput {
  spec: PlanSpec;
  /** The parent's own tree, into which children are folded in the order given. */
  ours: string;
  children: ChildTree[];
  strategy: MergeStrategy;
  /** @default 'manual' */
  policy?: ConflictPolicy;
  /** Whether the parent wants to hear `merge.conflicted`, `merge.resumed` and `merge.reopened`. @default false */
  reports?: boolean;
}

export type MergeSignal =
  | { type: 'resolve'; conflictId: string; resolution: Resolution }
  | { type: 'pause' }
  | { type: 'resume' };

/** What a merge tells the plan it works for. */
export type MergeReport =
  | { type: 'merge.conflicted'; tree: string; conflicts: Conflict[] }
  | { type: 'merge.resumed' }
  | { type: 'merge.reopened'; conflict: Conflict; fault: StoredFault };

export type MergeOutput = { outcome: 'merged'; tree: string } | { outcome: 'failed'; fault: StoredFault };
