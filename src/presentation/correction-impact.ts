import { affectedBy, type Decision } from '../index.ts';

/** These are no choices of an agent: `plan correct` refuses them. */
const uncorrectableTypes: ReadonlySet<Decision['type']> = new Set([
  'prompt_definition',
  'invariant_enforced',
  'error_recovery',
  'reversion',
  'user_intervention',
]);

/** Of each decision that can be corrected, the ids of the decisions that a correction of it invalidates besides. */
export function correctionImpact(decisions: readonly Decision[]): Map<string, string[]> {
  const current = decisions.filter(({ supersededBy }) => supersededBy === null);
  const otherAffected = (id: string) =>
    affectedBy(current, id)
      .map(({ decisionId }) => decisionId)
      .filter(other => other !== id);
  const correctable = current.filter(({ type }) => !uncorrectableTypes.has(type));
  return new Map(correctable.map(({ decisionId }) => [decisionId, otherAffected(decisionId)]));
}
