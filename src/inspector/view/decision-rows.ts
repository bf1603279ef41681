import { grouped } from './grouped.ts';

/** A decision as a page needs it. */
export interface ShownDecision {
  decisionId: string;
  parentDecisionId: string | null;
  type: string;
  question: string;
  chosenOption: string;
  alternatives: { description: string; reason: string }[];
  confidence: number;
  rationale: string;
  sequence: number;
  supersededBy: string | null;
}

export interface DecisionRow {
  decision: ShownDecision;
  depth: number;
}

/** The tree as rows: each after its parent, in the order they were made. */
export function decisionRows(decisions: readonly ShownDecision[]): DecisionRow[] {
  const known = new Set(decisions.map(({ decisionId }) => decisionId));
  const ordered = [...decisions].sort((left, right) => left.sequence - right.sequence);
  const parentOf = ({ parentDecisionId: id }: ShownDecision) => (id !== null && known.has(id) ? id : '');
  const byParent = grouped(ordered, parentOf);
  const rows: DecisionRow[] = [];
  const add = (parent: string, depth: number) => {
    for (const decision of byParent.get(parent) ?? []) {
      rows.push({ decision, depth });
      add(decision.decisionId, depth + 1);
    }
  };
  add('', 0);
  return rows;
}
