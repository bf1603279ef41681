/** Input, events and output of a merge. */
import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import type { SerializedError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { ConflictPolicy } from '../../src/model/subplan.ts';
import type { MergedSubplans, SandboxRef } from '../effects.ts';
import type { ApprovalRequestedEvent } from '../retry.machine.ts';

/** Input of {@link mergeMachine}. */
export interface MergeInput extends MergedSubplans {
  spec: PlanSpec;
  attempt: number;
  /** The sandbox in which an agent resolves conflicts. */
  sandbox: SandboxRef;
  guidance: string[];
  /** @default 'manual' */
  policy?: ConflictPolicy;
  /** Whether the parent receives `merge.conflicted`, `merge.resumed` and `merge.reopened`. @default false */
  reports?: boolean;
}

export type MergeMachineEvent =
  | { type: 'resolve'; conflictId: string; resolution: Resolution }
  | { type: 'pause' }
  | { type: 'resume' }
  | ApprovalRequestedEvent;

/** What a merge reports to its plan. */
export type MergeReportEvent =
  /** Sent when conflicts occur, and after each resolution that leaves conflicts open. */
  | {
      type: 'merge.conflicted';
      tree: string;
      conflicts: Conflict[];
      /** The merged tree without anything that is in conflict. */
      folded: { treeOid: string; planIds: string[] };
      error: SerializedError | null;
    }
  | { type: 'merge.resumed' }
  | { type: 'merge.reopened'; conflict: Conflict; error: SerializedError };

/** Output of {@link mergeMachine}. */
export type MergeOutput =
  | { outcome: 'merged'; tree: string; toolCalls: number }
  | { outcome: 'failed'; error: SerializedError; toolCalls: number };
