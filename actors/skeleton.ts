import type { Decision } from '../src/model/decision.ts';
import type { PlanSpec } from '../src/model/plan.ts';

/** Share of the parent's context a child receives. */
const ratio = 0.15;

/**
 * The parent's context in short, for its children: whole fragments, most telling first, within floor(total × ratio)
 * characters. The same input always gives the same fragments.
 */
export function skeletonOf(spec: PlanSpec, decisions: readonly Decision[], share = ratio): string[] {
  const fragments = [
    spec.description,
    spec.definitionOfDone,
    ...spec.skeleton,
    ...decisions
      .filter(decision => decision.type !== 'prompt_definition')
      .flatMap(decision => [`${decision.question} ${decision.chosenOption}`, decision.rationale]),
  ].filter(fragment => fragment.length > 0);
  let left = Math.floor(fragments.reduce((total, fragment) => total + fragment.length, 0) * share);
  const kept: string[] = [];
  for (const fragment of fragments) {
    if (fragment.length > left) continue;
    kept.push(fragment);
    left -= fragment.length;
  }
  return kept;
}
