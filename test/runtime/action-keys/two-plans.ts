/** Two plans that differ in many keys at once. They run once, as each row checks only the effect of its key. */
import { type KeyCase, keyCase } from './key-case.ts';
import type { KeyFixture } from './key-fixture.ts';

type PlanVariant = 'left' | 'right';

/** Rows that check what two plans did. The plans run when the first row needs them. */
export function compareTwoPlans<Seen>(run: (fixture: KeyFixture, variant: PlanVariant) => Promise<Seen>) {
  const made = new WeakMap<KeyFixture, Record<PlanVariant, Promise<Seen>>>();
  const both = (fixture: KeyFixture) => {
    const known = made.get(fixture) ?? { left: run(fixture, 'left'), right: run(fixture, 'right') };
    made.set(fixture, known);
    return known;
  };
  return (decides: string, look: (seen: Seen) => unknown, seen: readonly [left: unknown, right: unknown]): KeyCase =>
    keyCase<PlanVariant>(decides, {
      values: ['left', 'right'],
      observe: async (variant, fixture) => look(await both(fixture)[variant]),
      expected: seen,
    });
}
