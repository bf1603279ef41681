import type { Decision } from './decision.ts';

type Node = Pick<Decision, 'decisionId' | 'parentDecisionId' | 'dependsOn'>;

/**
 * Returns the affected set of a decision: the decision, its structural descendants, and every decision below or
 * influenced by one of those, in recorded order. Upstream decisions, siblings and the root are included only when an
 * influence leads to them. Cycles terminate. Breadth first, every node and edge once: O(V+E).
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
