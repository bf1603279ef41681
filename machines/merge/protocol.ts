/** What goes into a merge, what it hears, and how it ends. */
import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import type { StoredFault } from '../../src/model/fault.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { ConflictPolicy, MergeStrategy } from '../../src/model/subplan.ts';
import type { ApprovalNews } from '../attempt.ts';
import type { ChildTree, SandboxHandle } from '../contract.ts';

export interface MergeInput {
  spec: PlanSpec;
  attempt: number;
  /** Where an agent works that is asked to settle a conflict. */
  sandbox: SandboxHandle;
  guidance: string[];
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
  | { type: 'resume' }
  | ApprovalNews;

/** What a merge tells the plan it works for. */
export type MergeReport =
  /** It waits: at first, and each time it has carried out what it was told and something is left. */
  | {
      type: 'merge.conflicted';
      tree: string;
      conflicts: Conflict[];
      /** What was merged before, without anything that is open. */
      folded: { treeOid: string; planIds: string[] };
      fault: StoredFault | null;
    }
  | { type: 'merge.resumed' }
  | { type: 'merge.reopened'; conflict: Conflict; fault: StoredFault };

export type MergeOutput =
  | { outcome: 'merged'; tree: string; toolCalls: number }
  | { outcome: 'failed'; fault: StoredFault; toolCalls: number };
