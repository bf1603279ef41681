import type { RecordedSession } from '../model/agent-session.ts';
import type { Approval } from '../model/approval.ts';
import type { CheckoutChange } from '../model/checkout.ts';
import type { Checkpoint, StoredContext } from '../model/checkpoint.ts';
import type { SubplanTree } from '../model/child-plan.ts';
import type { Decision } from '../model/decision.ts';
import type { FailurePattern } from '../model/failure-pattern.ts';
import type { Invariant } from '../model/invariant.ts';
import type { JournaledWork, Rollback } from '../model/rollback-history.ts';
import type { ValidationResult } from '../model/validation.ts';

/** The result of a completed child, and the base it started from. */
export interface CompletedSubplan {
  planId: string;
  rootId: string;
  /** The decision that spawned it. */
  decisionId: string;
  tree: SubplanTree;
  /** The tree of its parent that it was based on. */
  linkTree: string;
  /** Results of siblings that were merged into that base before the start. */
  startsWith: { planId: string; treeOid: string }[];
}

/** Committed data, for effects to read. An effect that runs after the barrier sees everything before it. */
export interface Ledger {
  /** Returns the decisions of one plan, in order; superseded ones only when requested. */
  decisions(planId: string, options?: { superseded?: boolean }): Promise<Decision[]>;
  /** Returns the work of the execution agent that is in effect at a position in the plan's journal. */
  work(planId: string, position: number): Promise<JournaledWork>;
  /** Returns the sessions of a plan's agents. */
  sessions(planId: string): Promise<RecordedSession[]>;
  rollbacks(planId: string): Promise<Rollback[]>;
  /** Returns the approvals of a root plan and its subplans, answered or not, in the order of the requests. */
  approvals(rootPlanId: string): Promise<Approval[]>;
  /** Returns the recorded changes of your checkout during a root plan and its subplans. */
  checkoutChanges(rootPlanId: string): Promise<CheckoutChange[]>;
  checkpoints(planId: string): Promise<Checkpoint[]>;
  /** Returns the context of the plan's machine at a checkpoint; null when none is stored. */
  checkpointContext(planId: string, checkpointId: string): Promise<StoredContext | null>;
  /** Returns the results of the completed children among `planIds`, in recorded order. */
  completedSubplans(planIds: readonly string[]): Promise<CompletedSubplan[]>;
  /** Returns the decisions in effect at a position in the plan's journal, in order. */
  decisionsAt(planId: string, position: number): Promise<Decision[]>;
  /** Returns the invariants that apply to more than one plan: the project's and the global ones. */
  sharedInvariants(): Promise<Invariant[]>;
  /** Returns the result of a validation that passed on the same input; null when none is cached. */
  cachedValidation(cacheKey: string): Promise<ValidationResult | null>;
  /** Returns the failures that the project remembers. */
  failurePatterns(): Promise<FailurePattern[]>;
}
