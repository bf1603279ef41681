import type { Decision } from '../../index.ts';
import { type Pane, span } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

/** A decision, or an option that was rejected for one. */
export interface DecisionItem {
  decision: Decision;
  depth: number;
  rejected: Decision['alternatives'][number] | null;
}

/** The tree of decisions, each with its rejected options. */
export function decisionsPane({ views: { detail } }: ViewModel): Pane<DecisionItem> {
  return {
    title: 'Decisions',
    items: detail === null ? [] : itemsOf(detail.decisions),
    id: ({ decision, rejected }) => `${decision.decisionId}${rejected === null ? '' : ` ${rejected.description}`}`,
    row({ decision, depth, rejected }) {
      const indent = span('  '.repeat(depth));
      if (rejected !== null) {
        return [
          indent,
          span(`✗ rejected: ${rejected.description}`, 'dim'),
          span(rejected.reason && ` — ${rejected.reason}`, 'dim'),
        ];
      }
      const { type, question, chosenOption, confidence, supersededBy } = decision;
      const holds = supersededBy === null;
      return [
        indent,
        span(holds ? '◆ ' : '◇ ', holds ? 'accent' : 'dim'),
        span(type.replaceAll('_', ' '), holds ? 'strong' : 'dim'),
        span(': ', 'dim'),
        span(chosenOption, holds ? 'plain' : 'dim'),
        span(confidence === 1 ? '' : `  ${Math.round(confidence * 100)} %`, 'warn'),
        span(holds ? '' : '  superseded', 'dim'),
        // The longest part, and the least important: it is cut first.
        span(`  ${question}`, 'dim'),
      ];
    },
    foot({ decision }) {
      const { rationale, dependsOn, artifacts, decisionId } = decision;
      const influences =
        dependsOn.length === 0 ? '' : ` · influenced by ${dependsOn.map(id => id.slice(-8)).join(', ')}`;
      const evidence = artifacts.length === 0 ? '' : ` · ${artifacts.join(', ')}`;
      return [[span(rationale)], [span(`${decisionId}${influences}${evidence}`, 'dim')]];
    },
    empty: detail === null ? 'Looking …' : 'Nothing was decided yet.',
  };
}

function itemsOf(decisions: readonly Decision[]): DecisionItem[] {
  const below = new Map<string, Decision[]>();
  const known = new Set(decisions.map(({ decisionId }) => decisionId));
  for (const decision of decisions) {
    const parent = decision.parentDecisionId;
    const key = parent !== null && known.has(parent) ? parent : '';
    const siblings = below.get(key);
    if (siblings === undefined) below.set(key, [decision]);
    else siblings.push(decision);
  }
  const items: DecisionItem[] = [];
  const walk = (decision: Decision, depth: number) => {
    items.push({ decision, depth, rejected: null });
    for (const rejected of decision.alternatives) items.push({ decision, depth: depth + 1, rejected });
    for (const child of below.get(decision.decisionId) ?? []) walk(child, depth + 1);
  };
  for (const root of below.get('') ?? []) walk(root, 0);
  return items;
}
