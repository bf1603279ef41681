import { affectedBy, type Decision } from '../../index.ts';

/** These are no choices of an agent: `plan correct` refuses them. */
const uncorrectable: ReadonlySet<Decision['type']> = new Set([
  'prompt_definition',
  'invariant_enforced',
  'error_recovery',
  'reversion',
  'user_intervention',
]);

/** Of each decision that can be corrected, the ids of the decisions that a correction of it invalidates besides. */
export function impactOf(decisions: readonly Decision[]): Map<string, string[]> {
  const held = decisions.filter(({ supersededBy }) => supersededBy === null);
  const beside = (id: string) =>
    affectedBy(held, id)
      .map(({ decisionId }) => decisionId)
      .filter(other => other !== id);
  const correctable = held.filter(({ type }) => !uncorrectable.has(type));
  return new Map(correctable.map(({ decisionId }) => [decisionId, beside(decisionId)]));
}
