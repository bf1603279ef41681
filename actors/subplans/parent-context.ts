import type { Decision, DecisionType, SpawnPayload } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';

/** Share of the parent's context a child receives. */
const ratio = 0.15;

type ContextView = SpawnPayload['contextView'];

/** Decisions about planning, about doing the work, and about the requirements of a result. @default all */
const views: Record<ContextView, ReadonlySet<DecisionType> | null> = {
  default: null,
  strategize: new Set([
    'strategy_choice',
    'resource_selection',
    'subplan_spawn',
    'subplan_parallel_spawn',
    'user_intervention',
  ]),
  execute: new Set([
    'implementation_choice',
    'tool_invocation',
    'resource_selection',
    'error_recovery',
    'user_intervention',
  ]),
  apply: new Set(['invariant_enforced', 'validation_response', 'user_intervention']),
};

/** Characters. A thousand siblings would be too many to read, and each child's row would grow with their number. */
const charactersMax = 2_000;

/**
 * Summarizes the parent's context for its children: whole fragments, most relevant first, within floor(total × ratio)
 * characters and at most 2,000. The same input always gives the same fragments. The view selects the decisions.
 */
export function summarizeParent(
  spec: PlanSpec,
  decisions: readonly Decision[],
  { share = ratio, view = 'default' }: { share?: number; view?: ContextView } = {},
): string[] {
  const fragments = [
    spec.description,
    spec.definitionOfDone,
    spec.longDescription ?? '',
    ...spec.skeleton,
    ...decisions
      .filter(({ type }) => type !== 'prompt_definition' && (views[view]?.has(type) ?? true))
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
