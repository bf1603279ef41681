import type { DiffLine } from '../../presentation/diff-lines.ts';
import { pluralize } from '../../presentation/units.ts';
import { checkbox, type MarkedParts } from '../marked-parts.ts';
import type { DiffRow } from '../side-by-side-diff.ts';
import { paneColumns, type UiState } from '../state.ts';
import { fitCell, type Pane, type StyledRow, type StyledSpan, span, type TextRole } from '../styled-row.ts';
import type { ViewModel } from '../view-model.ts';

/** Minimum number of columns for two sides. */
const sideBySideColumnsMin = 90;
/** Columns before each row, for the cursor. */
const cursorColumns = 2;
const between = ' │ ';

/** The changes of the plan by file; side by side if requested and wide enough. */
export function diffPane({ content, views, state }: ViewModel): Pane<DiffRow> {
  const { detail } = views;
  const { diff } = content;
  const marks = state.marks?.tree === detail?.record.resultTree ? state.marks : null;
  const half = sideWidth(state);
  return {
    title: titleOf(detail?.record.changeSet?.files.length ?? 0, { marks, state, fits: half !== null }),
    items: (half === null ? diff?.lines : diff?.sides) ?? [],
    id: ({ number }) => String(number),
    row: row => [...checkboxOf(row, marks), ...textOf(row, half)],
    empty: diff === null ? 'Looking …' : 'Nothing was changed.',
  };
}

/** Columns of each side; null for a unified diff. */
function sideWidth(state: UiState): number | null {
  const columns = paneColumns(state, 'diff');
  if (!state.sides || columns < sideBySideColumnsMin) return null;
  return Math.floor((columns - cursorColumns - between.length) / 2);
}

function titleOf(
  files: number,
  { marks, state, fits }: { marks: MarkedParts | null; state: UiState; fits: boolean },
): string {
  return [
    files === 0 ? 'Diff' : `Diff, ${pluralize(files, 'file')}`,
    ...(marks === null ? [] : [`${pluralize(marks.parts.size, 'part')} marked; A applies only these`]),
    ...(state.sides && !fits ? [`too narrow for two sides${state.zoom ? '' : '; z for more room'}`] : []),
  ].join(', ');
}

/** Once something is marked, the first line of each part has a checkbox. */
function checkboxOf({ kind, leaves }: DiffLine, marks: MarkedParts | null): StyledRow {
  if (marks === null || !(kind === 'file' || kind === 'hunk') || leaves.length === 0) return [];
  return [span(`${checkbox(marks, leaves)} `, 'warn')];
}

const roles: Record<DiffLine['kind'], TextRole> = {
  ...{
    title: 'plain',
    file: 'strong',
    heading: 'strong',
    hunk: 'accent',
    removed: 'bad',
    added: 'good',
    kept: 'plain',
    note: 'dim',
  },
};

function textOf({ text, kind, sides }: DiffRow, half: number | null): StyledSpan[] {
  if (half === null || sides === undefined) return [span(text, roles[kind])];
  const [before, after] = sides;
  const isKept = kind === 'kept';
  return [
    span(fitCell(before ?? '', half), isKept ? 'plain' : 'bad'),
    span(between, 'dim'),
    span(fitCell(after ?? '', half), isKept ? 'plain' : 'good'),
  ];
}
