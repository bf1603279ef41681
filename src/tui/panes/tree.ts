import { lastLinesText } from '../../cli/view/last-lines.ts';
import { progressOf, type TreeRow, treeRows, whyWaiting } from '../../index.ts';
import type { Facts } from '../facts.ts';
import { type Pane, type Row, span } from '../row.ts';
import { askWords, errorOf, markOf, placeOf, waitWords } from '../words.ts';

/** A plan and its subplans, with why each that does nothing waits. */
export function treePane(facts: Facts): Pane<TreeRow> {
  const { views, children, state } = facts;
  const root = state.root === null ? undefined : views.plans[state.root];
  return {
    title: root === undefined ? 'Tree' : `Tree of ${root.goal}`,
    items: root === undefined ? [] : treeRows(root, children, state.folded),
    id: ({ line }) => line.planId,
    row: row => treeRow(row, facts),
    foot: row => foot(row, facts),
    empty: 'No plan is selected; 1 lists them.',
  };
}

function treeRow({ line, follows, children: below, folded }: TreeRow, facts: Facts): Row {
  const { views, children } = facts;
  const { done, total } = progressOf(line.planId, children, views.subplans);
  const attempt = views.subplans[line.planId]?.attempt ?? 1;
  const place = placeOf(line);
  const asks = askWords(line, facts);
  return [
    span(branch(follows), 'dim'),
    span(below === 0 ? '' : folded ? '▸ ' : '▾ ', 'dim'),
    span(asks === '' ? '' : '! ', 'warn'),
    markOf(line),
    span(` ${place.text}`, place.role),
    span(attempt > 1 ? ` ↻${attempt - 1}` : '', 'warn'),
    span(total === 0 ? '' : ` ${done}/${total}`, 'dim'),
    span(`  ${line.goal}`),
    asks === ''
      ? span(line.state === 'processing' && line.note !== '' ? ` — ${line.note}` : '', 'dim')
      : span(` — ${asks}`, 'warn'),
  ];
}

function foot({ line }: TreeRow, facts: Facts): Row[] {
  const { views, children, now } = facts;
  const parent = views.detail?.planId === line.parentPlanId ? views.detail : null;
  const why = whyWaiting(line, {
    now,
    subplans: views.subplans,
    children: children.get(line.planId) ?? [],
    ...(parent === null ? {} : { spawns: parent.decisions }),
  });
  const goalOf = (planId: string) => views.plans[planId]?.goal ?? planId;
  const asks = askWords(line, facts);
  const waits = asks !== '' ? `${asks}; a approves, D denies` : why === null ? '' : waitWords(why, goalOf);
  const failed = views.subplans[line.planId]?.attempts ?? [];
  return [
    [span(line.goal, 'strong')],
    [span(line.planId, 'dim'), span(waits === '' ? '' : `  ${waits}`, 'warn'), span(errorOf(line), 'bad')],
    ...lastLinesText(line.rest?.error ?? null).map(text => [span(text)]),
    ...failed.slice(-2).map(({ attempt, error }) => [span(`attempt ${attempt} failed: ${error.message}`, 'bad')]),
  ];
}

/** `│  ├─ `, of whether more siblings follow on each level. */
function branch(follows: readonly boolean[]): string {
  return follows
    .map((more, index) => (index < follows.length - 1 ? (more ? '│  ' : '   ') : more ? '├─ ' : '└─ '))
    .join('');
}
