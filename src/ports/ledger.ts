import type { Approval } from '../model/approval.ts';
import type { CheckoutChange } from '../model/checkout.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import type { Decision } from '../model/decision.ts';
import type { SubplanTree } from '../model/effects.ts';
import type { FailurePattern } from '../model/failure-pattern.ts';
import type { Invariant } from '../model/invariant.ts';
import type { JournaledCall } from '../model/rollback-history.ts';
import type { ValidationResult } from '../model/validation.ts';

/** What a completed child made, and what it had begun with. */
export interface CompletedSubplan {
  planId: string;
  rootId: string;
  /** The decision that spawned it. */
  decisionId: string;
  tree: SubplanTree;
  /** The tree of its parent that it was based on. */
  linkTree: string;
  /** Results of siblings that were folded into that first. */
  startsWith: { planId: string; treeOid: string }[];
}

/** What has been committed, for effects to read. An effect that runs behind the barrier sees everything before it. */
export interface Ledger {
  /** Recorded decisions of one plan, in order; superseded ones are left out unless asked for. */
  decisions(planId: string, options?: { superseded?: boolean }): Promise<Decision[]>;
  /** Calls the execution agent had made of its work at a position in the plan's journal. */
  calls(planId: string, position: number): Promise<JournaledCall[]>;
  /** Tool calls of a root plan and all below it that wait for a person, or did; in the order of asking. */
  approvals(rootPlanId: string): Promise<Approval[]>;
  /** Changes of the user's checkout that were recorded for a root plan and all below it. */
  checkoutChanges(rootPlanId: string): Promise<CheckoutChange[]>;
  checkpoints(planId: string): Promise<Checkpoint[]>;
  /** What children made that completed, in recorded order; others are left out. */
  completedSubplans(planIds: readonly string[]): Promise<CompletedSubplan[]>;
  /** Decisions that held at a position in the plan's journal, in order. */
  decisionsAt(planId: string, position: number): Promise<Decision[]>;
  /** Invariants that hold beyond one plan: the project's and the global ones. */
  sharedInvariants(): Promise<Invariant[]>;
  /** What a check came to that passed; null when none is remembered that checked the same. */
  cachedValidation(cacheKey: string): Promise<ValidationResult | null>;
  /** What the project remembers of failures. */
  failurePatterns(): Promise<FailurePattern[]>;
}
