import type { PlanRecord } from './plan.ts';

/** Returns the subplans whose work was applied. */
export function appliedSubplanIds({ appliedParts = [] }: Pick<PlanRecord, 'appliedParts'>): string[] {
  return appliedParts.flatMap(({ subplans }) => subplans);
}
