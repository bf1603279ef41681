import { formatDuration } from '../../presentation/duration.ts';
import { formatDollars } from '../../presentation/units.ts';
import { fitCell, type Pane, type StyledRow, span } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

interface CostItem {
  id: string;
  row: StyledRow;
}

/** The plan's budget and usage, then the usage of its subplans. */
export function costsPane(model: ViewModel): Pane<CostItem> {
  const { detail } = model.views;
  return {
    title: 'Costs',
    items: detail === null ? [] : [...limits(detail), ...subplans(detail, model)],
    id: ({ id }) => id,
    row: ({ row }) => row,
    empty: 'Looking …',
  };
}

type Detail = NonNullable<ViewModel['views']['detail']>;

function limits({ record }: Detail): CostItem[] {
  const { budget, spent } = record;
  const line = (name: string, spent: string, most: number | undefined): CostItem => ({
    id: name,
    row: [
      span(fitCell(name, 12)),
      span(fitCell(spent, 10), 'strong'),
      span(most === undefined ? 'no limit' : `of ${most}`, 'dim'),
    ],
  });
  return [
    line('tool calls', String(spent.toolCalls), budget.toolCalls),
    line('seconds', spent.seconds.toFixed(1), budget.seconds),
    // Unknown until an agent reports its usage.
    line('tokens', spent.tokens === null ? '?' : String(spent.tokens), budget.tokens),
    line('usd', spent.usd === null ? '?' : formatDollars(spent.usd), budget.usd),
  ];
}

function subplans({ planId }: Detail, { children, views }: ViewModel): CostItem[] {
  return (children.get(planId) ?? []).map(({ planId: childId, goal, createdAt, since }) => ({
    id: childId,
    row: [
      span(fitCell('subplan', 12), 'dim'),
      span(fitCell(formatDuration(Date.parse(since) - Date.parse(createdAt)), 10)),
      span(fitCell(`attempt ${views.subplans[childId]?.attempt ?? 1}`, 12), 'dim'),
      span(goal),
    ],
  }));
}
