import { affectedBy, type Decision } from '../index.ts';

/** Not decisions of an agent: `plan correct` rejects them. */
const uncorrectableTypes: ReadonlySet<Decision['type']> = new Set([
  'prompt_definition',
  'invariant_enforced',
  'error_recovery',
  'reversion',
  'user_intervention',
]);

/** Returns, for each correctable decision, the ids of the other decisions that its correction invalidates. */
export function correctionImpact(decisions: readonly Decision[]): Map<string, string[]> {
  const current = decisions.filter(({ supersededBy }) => supersededBy === null);
  const otherAffected = (id: string) =>
    affectedBy(current, id)
      .map(({ decisionId }) => decisionId)
      .filter(other => other !== id);
  const correctable = current.filter(({ type }) => !uncorrectableTypes.has(type));
  return new Map(correctable.map(({ decisionId }) => [decisionId, otherAffected(decisionId)]));
}
