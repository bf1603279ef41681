/** Validation results of a plan, and violated invariants. */
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { ValidationResult } from '../../model/validation.ts';

export interface ValidationSummary {
  /** The latest results of the definition of done. */
  results: readonly ValidationResult[];
  /** Violations of invariants since the view was loaded, oldest first. */
  violations: readonly InvariantViolation[];
}

export type InvariantViolation = Omit<Extract<PlanEvent, { type: 'invariant.violated' }>, 'type' | 'planId'>;

export const toValidationSummary = ({ validationResults }: PlanRecord): ValidationSummary => ({
  results: validationResults,
  violations: [],
});

export function reduceValidationSummary(checks: ValidationSummary, event: PlanEvent): ValidationSummary {
  if (event.type === 'validation.finished' && event.results.length > 0) return { ...checks, results: event.results };
  if (event.type !== 'invariant.violated') return checks;
  const { type: _, planId: __, ...violation } = event;
  if (checks.violations.some(({ seq }) => seq === violation.seq)) return checks;
  return { ...checks, violations: [...checks.violations, violation] };
}
