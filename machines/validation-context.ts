/** What the validation machine is given, what it remembers, and what follows from it. */
import type { Bisection } from '../src/model/bisection.ts';
import type { SerializedError } from '../src/model/errors.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { Finding } from '../src/model/review.ts';
import {
  allRequiredPassed,
  missingResults,
  type Validation,
  type ValidationResult,
  validationToBisect,
} from '../src/model/validation.ts';
import type { BisectionRequest, MergedSubplans, SandboxRef, TreeFix } from './effects.ts';

/** Input of the validation machine. */
export interface ValidationInput {
  spec: PlanSpec;
  attempt: number;
  sandbox: SandboxRef;
  guidance: string[];
  /** Confidence in the plan, from 0 to 1: decides whether failures are fixed without asking. @default 1 */
  confidence?: number;
  /** What the tree was merged from. @default no subplans */
  merged?: MergedSubplans;
}

/** Output of the validation machine. */
export interface ValidationOutput {
  outcome: 'passed' | 'failed';
  results: ValidationResult[];
  /** Which subplans make a required validation fail; null if it passed or was not searched. */
  bisection: Bisection | null;
  /** Findings of the last review. */
  findings: Finding[];
  /** The number of fixes. */
  fixes: number;
  toolCalls: number;
  /** null if the outcome is `passed`. */
  error: SerializedError | null;
}

export interface ValidationContext extends ValidationInput {
  /** Counted from 1. */
  round: number;
  /** The tree that was validated last, from which a fix starts. */
  tree: string;
  results: ValidationResult[];
  /** What the search of this round found; null before it, and if there was none. */
  bisection: Bisection | null;
  /** Subplans found in the round before. */
  suspects: string[];
  /** Fixes of the merged tree, oldest first. */
  fixes: TreeFix[];
  findings: Finding[];
  toolCalls: number;
  error: SerializedError | null;
}

/** Whether every required validation ran and passed; one without a result did not. */
export function isValid({ spec, results }: ValidationContext): boolean {
  return allRequiredPassed(results) && missingResults(spec.validations, results).length === 0;
}

export function failureToBisect({ spec, results }: ValidationContext): Validation | null {
  return validationToBisect(spec.validations, results);
}

/** Returns the validation to search. Call it only after the guard `mayBisect`. */
export function requireFailure(context: ValidationContext): Validation {
  const validation = failureToBisect(context);
  if (validation === null) throw new TypeError('no validation failed, and its cause is searched');
  return validation;
}

export function bisectionRequest(context: ValidationContext): BisectionRequest {
  const { spec, attempt, round, tree, merged, fixes, suspects } = context;
  if (merged === undefined) throw new TypeError('nothing was merged, and the cause of a failure is searched in it');
  return { spec, attempt, round, tree, validation: requireFailure(context), merged, fixes, suspects };
}
