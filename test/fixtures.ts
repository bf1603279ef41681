import type { PlanSpec } from '../src/model/plan.ts';
import { profileOf } from '../src/runtime/profiles.ts';
import { wholePlan } from '../src/testing/whole-plan.ts';

/** A well-formed id that ends in the given letters. */
export function idOf(ending: string): string {
  return ending
    .toUpperCase()
    .replace(/[ILOU]/g, '0')
    .padStart(26, '0');
}

/** A root plan that is whole, to be varied. */
export function planSpec(more: Partial<PlanSpec> = {}): PlanSpec {
  return wholePlan({
    planId: idOf('P1'),
    decisionRootId: idOf('R1'),
    profileSnapshot: profileOf('supervised'),
    ...more,
  });
}
