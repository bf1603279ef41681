import { groupBy } from './group-by.ts';

/** The fields of a decision that the page needs. */
export interface DecisionData {
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
  decision: DecisionData;
  depth: number;
}

/** The tree as rows: each after its parent, in order of creation. */
export function decisionRows(decisions: readonly DecisionData[]): DecisionRow[] {
  const known = new Set(decisions.map(({ decisionId }) => decisionId));
  const ordered = [...decisions].sort((left, right) => left.sequence - right.sequence);
  const parentOf = ({ parentDecisionId: id }: DecisionData) => (id !== null && known.has(id) ? id : '');
  const byParent = groupBy(ordered, parentOf);
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
