import type { PlanSpec } from '../src/model/plan.ts';
import { findProfile } from '../src/runtime/profiles/profiles.ts';
import { completePlanSpec } from '../src/testing/plan-spec.ts';

/** A well-formed id that ends in the given letters. */
export function testId(ending: string): string {
  return ending
    .toUpperCase()
    .replace(/[ILOU]/g, '0')
    .padStart(26, '0');
}

/** A root plan that is whole, to be varied. */
export function planSpec(more: Partial<PlanSpec> = {}): PlanSpec {
  return completePlanSpec({
    planId: testId('P1'),
    decisionRootId: testId('R1'),
    profileSnapshot: findProfile('supervised'),
    ...more,
  });
}
