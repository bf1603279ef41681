import type { Decision } from '../src/model/decision.ts';
import type { PlanSpec } from '../src/model/plan.ts';

/** Share of the parent's context a child receives. */
const ratio = 0.15;

/** Characters. Of a thousand siblings nobody reads; and each row of a child would be the larger, the more of them there are. */
const charactersMax = 2_000;

/**
 * The parent's context in short, for its children: whole fragments, most telling first, within floor(total × ratio)
 * characters, and never more than 2,000. The same input always gives the same fragments.
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
  const total = fragments.reduce((sum, fragment) => sum + fragment.length, 0);
  let left = Math.min(charactersMax, Math.floor(total * share));
  const kept: string[] = [];
  for (const fragment of fragments) {
    if (fragment.length > left) continue;
    kept.push(fragment);
    left -= fragment.length;
  }
  return kept;
}
