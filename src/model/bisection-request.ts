/** What the search for the subplans that make a validation fail starts from. */
import type { SubplanTree } from './child-plan.ts';
import type { PlanSpec } from './plan.ts';
import type { GroupMerge } from './subplan.ts';
import type { Validation } from './validation.ts';

/** The results that a plan merged into its own work, in that order. */
export interface MergedSubplans {
  ours: string;
  children: SubplanTree[];
  strategy: GroupMerge;
}

/** A fix of the merged tree: what it changed, and the subplans whose work it fixes; none for the plan's own work. */
export interface TreeFix {
  before: string;
  after: string;
  planIds: string[];
}

export interface BisectionRequest {
  spec: PlanSpec;
  attempt: number;
  round: number;
  /** The merged tree that failed, with all fixes. */
  tree: string;
  validation: Validation;
  merged: MergedSubplans;
  fixes: TreeFix[];
  /** Subplans found in the round before: tested first. */
  suspects: string[];
}
