import type { AgentRole } from './agent.ts';
import type { AgentQueuePosition } from './agent-queue.ts';
import type { AgentSession } from './agent-session.ts';
import type { AppliedPart, PostApplyHookResult } from './apply.ts';
import type { Approval } from './approval.ts';
import type { Bisection, BisectionVerdict } from './bisection.ts';
import type { AgentUsage } from './budget.ts';
import type { CheckoutChange } from './checkout.ts';
import type { CheckpointDraft, RevertedFile } from './checkpoint.ts';
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

/** What machines emit and effects report; named noun.verb in the past. Written in the batch of the tick that emitted it. */
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
  /** A warning to the user that does not stop the plan. */
  | { type: 'plan.warned'; planId: string; phase: Phase; message: string }
  /** Files of your checkout changed while an agent worked, without evidence that the agent changed them. */
  | { type: 'checkout.changed'; planId: string; change: CheckoutChange }
  /** An agent received the guidance given since the last one. */
  | { type: 'guidance.delivered'; planId: string; guidance: string[] }
  | {
      type: 'plan.applied';
      planId: string;
      target: ApplyTarget;
      commits: string[];
      files: string[];
      /** Parts of the result that were not selected. */
      left?: string[];
      /** Files in the checkout with your uncommitted changes, which are unchanged. */
      uncommitted?: string[];
      after?: PostApplyHookResult;
    }
  /** A part was applied, and the plan continues from `links`; `from` are the previous links. */
  | { type: 'plan.part_applied'; planId: string; part: AppliedPart; from: ProjectLink[]; links: ProjectLink[] }
  /** Applying the part failed; the plan is unchanged. */
  | { type: 'plan.part_apply_failed'; planId: string; applyId: string; error: SerializedError }
  | { type: 'plan.cancelled'; planId: string; reason: string }
  | { type: 'decision.recorded'; planId: string; decision: DecisionDraft }
  | { type: 'step.progressed'; planId: string; phase: Phase; message: string }
  | { type: 'subplan.changed'; planId: string; status: SubplanStatus }
  | { type: 'conflict.found'; planId: string; conflict: Conflict }
  /** One more hunk is resolved, others are open. */
  | { type: 'conflict.hunk_resolved'; planId: string; conflict: Conflict }
  /** The resolution could not be carried out. */
  | { type: 'conflict.reopened'; planId: string; conflict: Conflict; error: SerializedError }
  | { type: 'conflict.resolved'; planId: string; conflictId: string; resolution: Resolution }
  | {
      type: 'merge.child_merged';
      planId: string;
      childPlanId: string;
      treeOid: string;
      engines: Record<string, string>;
      /** Path → small maps in which each side changed different values. @default none */
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
  /** In force from the next phase boundary on. */
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
  /** A required validation failed on the merged tree: the subplans that make it fail are searched. */
  | { type: 'bisection.started'; planId: string; round: number; validation: string; subplans: number }
  /** It ran on the work of some of the subplans. `results` are those of this run; none if the work cannot be merged. */
  | {
      type: 'bisection.tested';
      planId: string;
      round: number;
      validation: string;
      childPlanIds: string[];
      treeOid: string | null;
      verdict: BisectionVerdict;
      results: ValidationResult[];
    }
  | { type: 'bisection.finished'; planId: string; round: number; bisection: Bisection }
  /** Each finding is also recorded as a decision. */
  | { type: 'review.finished'; planId: string; round: number; findings: Finding[] }
  | { type: 'checkpoint.created'; planId: string; checkpoint: CheckpointDraft }
  | { type: 'checkpoint.deleted'; planId: string; checkpointId: string }
  | {
      type: 'plan.rolled_back';
      planId: string;
      rollbackId: string;
      checkpointId: string;
      /** The checkpoint's position in the journal: events recorded after it are no longer in effect. */
      sequence: number;
      /** The decision that records the rollback. */
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
  /** `decisions` are those the call made; they are recorded when the agent finishes. */
  | { type: 'tool.called'; planId: string; role: AgentRole; call: ToolCall; decisions: DecisionDraft[] }
  /** The result of a request that an agent made with `ask`. */
  | { type: 'result.recorded'; planId: string; role: AgentRole; name: string; result: unknown }
  /** Usage of an agent, and its working time. */
  | { type: 'usage.recorded'; planId: string; role: AgentRole; seconds: number; usage: AgentUsage }
  /** A session of an agent began, continued, or ended. */
  | { type: 'session.recorded'; planId: string; session: AgentSession }
  /** A tool call waits for approval. */
  | { type: 'approval.requested'; planId: string; approval: Approval }
  | { type: 'approval.answered'; planId: string; approval: Approval }
  /** An agent is ready, but the maximum number is already working. */
  | { type: 'agent.queued'; planId: string; queue: AgentQueuePosition }
  | { type: 'agent.admitted'; planId: string }
  /** A plan that released its slot is ready to continue and waits for another slot. */
  | { type: 'slot.queued'; planId: string }
  | { type: 'slot.granted'; planId: string }
  /** An attempt failed and will be retried, or the plan waits for a rate limit. */
  | { type: 'attempt.delayed'; planId: string; phase: Phase; waiting: RetryDelay }
  | { type: 'error.recorded'; planId: string; phase: Phase; error: SerializedError; details: Record<string, unknown> };

/** An event as it is stored in the journal and as subscribers receive it. */
export type PlanEvent = PlanEventPayload & { seq: string; at: string };
