import type { PlanSpec } from './plan.ts';

/** Returns the goal of a plan in one line; one of several attempts at a goal has its number before it. */
export function planTitle({ description, attemptNumber }: Pick<PlanSpec, 'description' | 'attemptNumber'>): string {
  return attemptNumber === undefined ? description : `Attempt ${attemptNumber}: ${description}`;
}
