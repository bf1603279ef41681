import type { Decision } from './decision.ts';

type Node = Pick<Decision, 'decisionId' | 'parentDecisionId' | 'dependsOn'>;

/**
 * The affected set of a decision: itself, its structural descendants, and whatever hangs under or was influenced by one
 * of those, in recorded order. Upstream, siblings and the root are not in it unless an influence leads there; cycles end.
 * Breadth first, every node and edge once: O(V+E).
 */
export function affectedBy<D extends Node>(decisions: readonly D[], decisionId: string): D[] {
  const downstream = new Map<string, string[]>();
  const lead = (from: string, to: string) => {
    const known = downstream.get(from);
    if (known === undefined) downstream.set(from, [to]);
    else known.push(to);
  };
  for (const decision of decisions) {
    if (decision.parentDecisionId !== null) lead(decision.parentDecisionId, decision.decisionId);
    for (const influence of decision.dependsOn) lead(influence, decision.decisionId);
  }
  const found = new Set([decisionId]);
  for (const id of found) for (const next of downstream.get(id) ?? []) found.add(next);
  return decisions.filter(decision => found.has(decision.decisionId));
}
