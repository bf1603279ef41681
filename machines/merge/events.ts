/** What goes into a merge, what it hears, and how it ends. */
import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import type { SerializedError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { ConflictPolicy, MergeStrategy } from '../../src/model/subplan.ts';
import type { SandboxRef, SubplanTree } from '../effects.ts';
import type { ApprovalRequestedEvent } from '../retry.machine.ts';

export interface MergeInput {
  spec: PlanSpec;
  attempt: number;
  /** Where an agent works that is asked to settle a conflict. */
  sandbox: SandboxRef;
  guidance: string[];
  /** The parent's own tree, into which children are folded in the order given. */
  ours: string;
  children: SubplanTree[];
  strategy: MergeStrategy;
  /** @default 'manual' */
  policy?: ConflictPolicy;
  /** Whether the parent wants to hear `merge.conflicted`, `merge.resumed` and `merge.reopened`. @default false */
  reports?: boolean;
}

export type MergeMachineEvent =
  | { type: 'resolve'; conflictId: string; resolution: Resolution }
  | { type: 'pause' }
  | { type: 'resume' }
  | ApprovalRequestedEvent;

/** What a merge tells the plan it works for. */
export type MergeReportEvent =
  /** It waits: at first, and each time it has carried out what it was told and something is left. */
  | {
      type: 'merge.conflicted';
      tree: string;
      conflicts: Conflict[];
      /** What was merged before, without anything that is open. */
      folded: { treeOid: string; planIds: string[] };
      error: SerializedError | null;
    }
  | { type: 'merge.resumed' }
  | { type: 'merge.reopened'; conflict: Conflict; error: SerializedError };

export type MergeOutput =
  | { outcome: 'merged'; tree: string; toolCalls: number }
  | { outcome: 'failed'; error: SerializedError; toolCalls: number };
