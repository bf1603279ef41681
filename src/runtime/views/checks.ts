/** What was checked of a plan's result, and which rules were broken. */
import type { PlanEvent } from '../../model/event.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { ValidationResult } from '../../model/validation.ts';

export interface Checks {
  /** How the checks of the definition of done came out the last time. */
  results: readonly ValidationResult[];
  /** Rules that were found broken, oldest first, since somebody looked. */
  violations: readonly Violation[];
}

export type Violation = Omit<Extract<PlanEvent, { type: 'invariant.violated' }>, 'type' | 'planId'>;

export const checksOf = ({ validationResults }: PlanRecord): Checks => ({ results: validationResults, violations: [] });

export function reduceChecks(checks: Checks, event: PlanEvent): Checks {
  if (event.type === 'validation.finished' && event.results.length > 0) return { ...checks, results: event.results };
  if (event.type !== 'invariant.violated') return checks;
  const { type: _, planId: __, ...violation } = event;
  if (checks.violations.some(({ seq }) => seq === violation.seq)) return checks;
  return { ...checks, violations: [...checks.violations, violation] };
}
