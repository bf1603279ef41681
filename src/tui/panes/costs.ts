import { elapsed } from '../../cli/progress/elapsed.ts';
import type { Facts } from '../facts.ts';
import { cell, type Pane, type Row, span } from '../row.ts';

interface CostItem {
  id: string;
  row: Row;
}

/** What the plan may spend and has spent, then what its subplans took. */
export function costsPane(facts: Facts): Pane<CostItem> {
  const { detail } = facts.views;
  return {
    title: 'Costs',
    items: detail === null ? [] : [...limits(detail), ...subplans(detail, facts)],
    id: ({ id }) => id,
    row: ({ row }) => row,
    empty: 'Looking …',
  };
}

type Detail = NonNullable<Facts['views']['detail']>;

function limits({ record }: Detail): CostItem[] {
  const { budget, spent } = record;
  const line = (name: string, spent: string, most: number | undefined): CostItem => ({
    id: name,
    row: [
      span(cell(name, 12)),
      span(cell(spent, 10), 'strong'),
      span(most === undefined ? 'no limit' : `of ${most}`, 'dim'),
    ],
  });
  return [
    line('tool calls', String(spent.toolCalls), budget.toolCalls),
    line('seconds', spent.seconds.toFixed(1), budget.seconds),
    // Where no agent has said what it used, nobody knows.
    line('tokens', spent.tokens === null ? '?' : String(spent.tokens), budget.tokens),
    line('usd', spent.usd === null ? '?' : spent.usd.toFixed(2), budget.usd),
  ];
}

function subplans({ planId }: Detail, { children, views }: Facts): CostItem[] {
  return (children.get(planId) ?? []).map(({ planId: childId, goal, createdAt, since }) => ({
    id: childId,
    row: [
      span(cell('subplan', 12), 'dim'),
      span(cell(elapsed(Date.parse(since) - Date.parse(createdAt)), 10)),
      span(cell(`attempt ${views.subplans[childId]?.attempt ?? 1}`, 12), 'dim'),
      span(goal),
    ],
  }));
}
