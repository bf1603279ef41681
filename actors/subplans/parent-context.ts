import type { Decision, DecisionType, SpawnPayload } from '../../src/model/decision.ts';
import type { PlanSpec } from '../../src/model/plan.ts';

/** Share of the parent's context a child receives. */
const ratio = 0.15;

type ContextView = SpawnPayload['contextView'];

/** Decisions that belong to how the work is planned, to how it is done, and to what a result is held to. @default all */
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

/** Characters. Of a thousand siblings nobody reads; and each row of a child would be the larger, the more of them there are. */
const charactersMax = 2_000;

/**
 * The parent's context in short, for its children: whole fragments, most telling first, within floor(total × ratio)
 * characters, and never more than 2,000. The same input always gives the same fragments. Which decisions count is the view's.
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
