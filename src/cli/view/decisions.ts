import type { Decision } from '../../index.ts';
import { cleanLine } from '../clean.ts';
import type { Paint } from '../paint.ts';
import { branches } from './branches.ts';

interface Leaf {
  label: string;
  children: Leaf[];
}

/** Decisions as a tree, each with the options that were rejected for it. */
export function decisionLines(decisions: readonly Decision[], paint: Paint): string[] {
  const known = new Set(decisions.map(({ decisionId }) => decisionId));
  const leaf = (decision: Decision): Leaf => ({
    label: labelOf(decision, paint),
    children: [
      ...decision.alternatives.map(option => ({ label: paint.dim(rejected(option)), children: [] })),
      ...decisions.filter(({ parentDecisionId }) => parentDecisionId === decision.decisionId).map(leaf),
    ],
  });
  const roots = decisions.filter(({ parentDecisionId }) => parentDecisionId === null || !known.has(parentDecisionId));
  return roots.flatMap(root =>
    branches(
      leaf(root),
      ({ children }) => children,
      ({ label }) => label,
    ),
  );
}

function labelOf(decision: Decision, paint: Paint): string {
  const superseded = decision.supersededBy === null ? '' : ' [superseded]';
  const confidence = decision.confidence === 1 ? '' : ` (confidence ${decision.confidence})`;
  const why = decision.rationale === '' ? '' : ` — ${cleanLine(decision.rationale)}`;
  const type = paint.bold(decision.type.replaceAll('_', ' '));
  return `${type}: ${cleanLine(decision.question)} → ${cleanLine(decision.chosenOption)}${confidence}${why}${superseded}`;
}

function rejected({ description, reason: why }: Decision['alternatives'][number]): string {
  return `rejected: ${cleanLine(description)}${why === '' ? '' : ` — ${cleanLine(why)}`}`;
}
