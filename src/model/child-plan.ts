/** A child plan, as its supervisor handles it. */
import type { SerializedError } from './errors.ts';
import type { Phase, PlanSpec } from './plan.ts';

/** A child to run: its spec without the base, which the supervisor fills in. */
export interface SubplanSpec {
  spec: PlanSpec;
  decisionId: string;
  goal: string;
  /** Plan ids of siblings that must complete first. */
  dependsOn: string[];
  /** Its result in an earlier attempt, which is reused instead of running it again. */
  reusedTree: SubplanTree | null;
}

/** A child's result to merge: three-way with `baseTree`, the tree the child started from. */
export interface SubplanTree {
  planId: string;
  goal: string;
  baseTree: string;
  treeOid: string;
}

/** The output of a plan that ended, for its supervisor. */
export type PlanOutput =
  | { outcome: 'complete'; planId: string; baseTree: string; treeOid: string }
  /** With the guidance the child received, which the next attempt receives too. */
  | { outcome: 'failed'; planId: string; phase: Phase; error: SerializedError; guidance?: string[] }
  | { outcome: 'cancelled'; planId: string; reason: string }
  | { outcome: 'applied'; planId: string };
