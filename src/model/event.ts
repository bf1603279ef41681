import type { AgentRole } from './agent.ts';
import type { AgentQueuePosition } from './agent-queue.ts';
import type { AppliedPart, PostApplyHookResult } from './apply.ts';
import type { Approval } from './approval.ts';
import type { AgentUsage } from './budget.ts';
import type { CheckoutChange } from './checkout.ts';
import type { CheckpointDraft, CheckpointSnapshot, RevertedFile } from './checkpoint.ts';
import type { AdjacentValues, Conflict, Resolution } from './conflict.ts';
import type { Correction } from './correction.ts';
import type { DecisionDraft } from './decision.ts';
import type { SerializedError } from './errors.ts';
import type { Invariant } from './invariant.ts';
import type { Phase, PlanSpec, PlanState, ProjectLink } from './plan.ts';
import type { RetryDelay } from './retry-delay.ts';
import type { Finding } from './review.ts';
import type { SubplanStatus } from './subplan.ts';
import type { ApplyTarget } from './target.ts';
import type { ToolCall } from './tool.ts';
import type { ValidationResult } from './validation.ts';

/** What machines emit and effects report; noun.verb in the past. Written in the batch of the turn that made it. */
export type PlanEventPayload =
  | { type: 'plan.created'; planId: string; spec: PlanSpec }
  | {
      type: 'plan.phase_changed';
      planId: string;
      from: { phase: Phase; state: PlanState };
      to: { phase: Phase; state: PlanState };
      cause: string;
    }
  | { type: 'plan.prompted'; planId: string; guidance: string }
  /** Something that keeps the plan from nothing, and that a person should know. */
  | { type: 'plan.warned'; planId: string; phase: Phase; message: string }
  /** Files of the user's checkout changed while an agent worked, and nothing shows that the agent changed them. */
  | { type: 'checkout.changed'; planId: string; change: CheckoutChange }
  /** An agent was asked with what people had said meanwhile. */
  | { type: 'guidance.delivered'; planId: string; guidance: string[] }
  | {
      type: 'plan.applied';
      planId: string;
      target: ApplyTarget;
      commits: string[];
      files: string[];
      /** Parts of the result that were not chosen. */
      left?: string[];
      /** Files in the checkout with changes of the user's, which stayed as they were. */
      uncommitted?: string[];
      after?: PostApplyHookResult;
    }
  /** A part of it is home, and it goes on from `links`; `from` is what it was based on before. */
  | { type: 'plan.part_applied'; planId: string; part: AppliedPart; from: ProjectLink[]; links: ProjectLink[] }
  /** The part that was to land did not; the plan is where it was. */
  | { type: 'plan.part_apply_failed'; planId: string; applyId: string; error: SerializedError }
  | { type: 'plan.cancelled'; planId: string; reason: string }
  | { type: 'decision.recorded'; planId: string; decision: DecisionDraft }
  | { type: 'step.progressed'; planId: string; phase: Phase; message: string }
  | { type: 'subplan.changed'; planId: string; status: SubplanStatus }
  | { type: 'conflict.found'; planId: string; conflict: Conflict }
  /** One hunk more is settled, others are open. */
  | { type: 'conflict.hunk_resolved'; planId: string; conflict: Conflict }
  /** What it was settled with could not be carried out. */
  | { type: 'conflict.reopened'; planId: string; conflict: Conflict; error: SerializedError }
  | { type: 'conflict.resolved'; planId: string; conflictId: string; resolution: Resolution }
  | {
      type: 'merge.child_merged';
      planId: string;
      childPlanId: string;
      treeOid: string;
      engines: Record<string, string>;
      /** Path → small maps in which each side changed other values. @default none */
      adjacent?: Record<string, AdjacentValues[]>;
    }
  | {
      type: 'invariant.reconciled';
      planId: string;
      phase: Phase;
      effectiveCount: number;
      conflictCount: number;
      decisionIds: string[];
    }
  /** From its next boundary on. */
  | { type: 'invariant.added'; planId: string; invariant: Invariant }
  | { type: 'invariant.removed'; planId: string; invariantId: string }
  | {
      type: 'invariant.violated';
      planId: string;
      phase: Phase;
      invariantId: string;
      text: string;
      files: string[];
      message: string;
    }
  | { type: 'validation.finished'; planId: string; round: number; results: ValidationResult[] }
  /** Each finding is a decision, too. */
  | { type: 'review.finished'; planId: string; round: number; findings: Finding[] }
  | { type: 'checkpoint.created'; planId: string; checkpoint: CheckpointDraft; snapshot?: CheckpointSnapshot }
  | { type: 'checkpoint.deleted'; planId: string; checkpointId: string }
  | {
      type: 'plan.rolled_back';
      planId: string;
      rollbackId: string;
      checkpointId: string;
      /** The checkpoint's place in the journal: what was recorded after it holds no longer. */
      sequence: number;
      /** The decision that says so. */
      decisionId: string;
      changes: RevertedFile[];
      childPlanIds: string[];
    }
  | { type: 'plan.rollback_failed'; planId: string; rollbackId: string; checkpointId: string; error: SerializedError }
  | {
      type: 'plan.corrected';
      planId: string;
      correction: Omit<Correction, 'sequence' | 'createdAt'>;
    }
  | { type: 'plan.correction_failed'; planId: string; correctionId: string; decisionId: string; error: SerializedError }
  /** `decisions` are what the call decided; they are recorded when the agent's work is done. */
  | { type: 'tool.called'; planId: string; role: AgentRole; call: ToolCall; decisions: DecisionDraft[] }
  /** What an agent used, and how long it was at work. */
  | { type: 'usage.recorded'; planId: string; role: AgentRole; seconds: number; usage: AgentUsage }
  /** A tool call waits for a person. */
  | { type: 'approval.requested'; planId: string; approval: Approval }
  | { type: 'approval.answered'; planId: string; approval: Approval }
  /** An agent could begin, and as many are at work as may be. */
  | { type: 'agent.queued'; planId: string; queue: AgentQueuePosition }
  | { type: 'agent.admitted'; planId: string }
  /** A plan that had given its slot back could go on, and waits for another; then it has one. */
  | { type: 'slot.queued'; planId: string }
  | { type: 'slot.granted'; planId: string }
  /** A try failed and will be made again, or a rate limit is waited for. */
  | { type: 'attempt.delayed'; planId: string; phase: Phase; waiting: RetryDelay }
  | { type: 'error.recorded'; planId: string; phase: Phase; error: SerializedError; details: Record<string, unknown> };

/** A fact as it stands in the journal and as subscribers receive it. */
export type PlanEvent = PlanEventPayload & { seq: string; at: string };
