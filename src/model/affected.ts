import type { Decision } from './decision.ts';

type Node = Pick<Decision, 'decisionId' | 'parentDecisionId' | 'dependsOn'>;

/**
 * The affected set of a decision: itself, its structural descendants, and whatever hangs under or was influenced by one
 * of those, in recorded order. Upstream, siblings and the root are not in it unless an influence leads there; cycles end.
 * Breadth first, every node and edge once: O(V+E).
 */
export function affectedBy<D extends Node>(decisions: readonly D[], decisionId: string): D[] {
  const downstream = new Map<string, string[]>();
  const addEdge = (from: string, to: string) => {
    const existing = downstream.get(from);
    if (existing === undefined) downstream.set(from, [to]);
    else existing.push(to);
  };
  for (const decision of decisions) {
    if (decision.parentDecisionId !== null) addEdge(decision.parentDecisionId, decision.decisionId);
    for (const influence of decision.dependsOn) addEdge(influence, decision.decisionId);
  }
  const affected = new Set([decisionId]);
  for (const id of affected) for (const next of downstream.get(id) ?? []) affected.add(next);
  return decisions.filter(decision => affected.has(decision.decisionId));
}
