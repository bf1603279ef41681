import { count } from '../../cli/progress/sentence.ts';
import type { DiffLine } from '../diff-lines.ts';
import type { DiffRow } from '../diff-sides.ts';
import type { Facts } from '../facts.ts';
import { boxOf, type Marks } from '../marks.ts';
import { cell, type Pane, type Role, type Row, type Span, span } from '../row.ts';
import { paneColumns, type UiState } from '../state.ts';

/** Columns from which on two sides are worth it. */
const sidesFrom = 90;
/** Before each row: where the cursor is shown. */
const cursorColumns = 2;
const between = ' │ ';

/** What the plan changed, file by file; on two sides where that was asked for and fits. */
export function diffPane({ reading, views, state }: Facts): Pane<DiffRow> {
  const { detail } = views;
  const { diff } = reading;
  const marks = state.marks?.tree === detail?.record.resultTree ? state.marks : null;
  const half = halfOf(state);
  return {
    title: titleOf(detail?.record.changeSet?.files.length ?? 0, { marks, state, fits: half !== null }),
    items: (half === null ? diff?.lines : diff?.sides) ?? [],
    id: ({ number }) => String(number),
    row: row => [...markOf(row, marks), ...textOf(row, half)],
    empty: diff === null ? 'Looking …' : 'Nothing was changed.',
  };
}

/** Columns of each side; null for one side. */
function halfOf(state: UiState): number | null {
  const columns = paneColumns(state, 'diff');
  if (!state.sides || columns < sidesFrom) return null;
  return Math.floor((columns - cursorColumns - between.length) / 2);
}

function titleOf(
  files: number,
  { marks, state, fits }: { marks: Marks | null; state: UiState; fits: boolean },
): string {
  return [
    files === 0 ? 'Diff' : `Diff, ${count(files, 'file')}`,
    ...(marks === null ? [] : [`${count(marks.parts.size, 'part')} marked; A applies only these`]),
    ...(state.sides && !fits ? [`too narrow for two sides${state.zoom ? '' : '; z for more room'}`] : []),
  ].join(', ');
}

/** Once something is marked, the beginning of each part says whether it is. */
function markOf({ begins, kind, leaves }: DiffLine, marks: Marks | null): Row {
  if (marks === null || !(begins || kind === 'hunk') || leaves.length === 0) return [];
  return [span(`${boxOf(marks, leaves)} `, 'warn')];
}

const roles: Record<DiffLine['kind'], Role> = {
  ...{ heading: 'strong', hunk: 'accent', removed: 'bad', added: 'good', kept: 'plain' },
};

function textOf({ text, kind, sides }: DiffRow, half: number | null): Span[] {
  if (half === null || sides === undefined) return [span(text, roles[kind])];
  const [before, after] = sides;
  const isKept = kind === 'kept';
  return [
    span(cell(before ?? '', half), isKept ? 'plain' : 'bad'),
    span(between, 'dim'),
    span(cell(after ?? '', half), isKept ? 'plain' : 'good'),
  ];
}
