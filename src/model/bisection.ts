/** The search for the subplans that make a validation fail. */
import * as z from 'zod';
import { Id } from './id.ts';

/**
 * How a search ended.
 * - `found`: the subplans named make it fail together, and none of them can be left out.
 * - `base`: it fails without the work of any subplan.
 * - `unreproducible`: it passed when it ran again on the same files.
 * - `undetermined`: the search ended before that; the subplans named are the fewest that are known to make it fail.
 */
export const BisectionOutcome = z.enum(['found', 'base', 'unreproducible', 'undetermined']);
export type BisectionOutcome = z.infer<typeof BisectionOutcome>;

/** The search for the subplans that make a required validation fail on the merged result: what it found. */
export const Bisection = z.strictObject({
  /** The name of the validation. */
  validation: z.string(),
  outcome: BisectionOutcome,
  /** In the order in which they are merged. */
  subplans: z.array(z.strictObject({ planId: Id, goal: z.string() })),
  /** How often the validation ran. */
  runs: z.number().int(),
});
export type Bisection = z.infer<typeof Bisection>;

/** How a validation ended on the work of some of the subplans; `untestable` if that work cannot be merged or built alone. */
export const BisectionVerdict = z.enum(['passed', 'failed', 'untestable']);
export type BisectionVerdict = z.infer<typeof BisectionVerdict>;

/** Returns the ids of the subplans that make the validation fail; none unless the search found them. */
export function culpritIds(bisection: Bisection | null | undefined): string[] {
  return bisection?.outcome === 'found' ? bisection.subplans.map(({ planId }) => planId) : [];
}

/** Returns a sentence without its full stop: `subplan "write b" breaks "tests"`. */
export function formatBisection({ validation, outcome, subplans, runs }: Bisection): string {
  const goals = subplans.map(({ goal }) => `"${goal}"`).join(' and ');
  switch (outcome) {
    case 'found':
      return subplans.length === 1
        ? `subplan ${goals} breaks "${validation}"`
        : `subplans ${goals} together break "${validation}"`;
    case 'base':
      return `"${validation}" fails without the work of any subplan`;
    case 'unreproducible':
      return `"${validation}" passed when it ran again on the same files`;
    case 'undetermined': {
      const tried = `${runs} ${runs === 1 ? 'run' : 'runs'} of "${validation}"`;
      return `${tried} did not show which of ${subplans.length} subplans break it`;
    }
  }
}
