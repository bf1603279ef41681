import { Box } from 'ink';
import type { KeyBinding } from '../keys.ts';
import type { Mode, UiState } from '../state.ts';
import { fitCell, type StyledRow, span } from '../styled-row.ts';
import type { Theme } from '../theme.ts';
import { StyledLine } from './styled-line.tsx';

/** What replaces the panes, or is shown below them. */
export type ModalState = Extract<Mode, { kind: 'asking' | 'picking' | 'help' }>;

export const isModal = (mode: Mode): mode is ModalState => ['asking', 'picking', 'help'].includes(mode.kind);

/** Rows of a question below the panes, with a separator: its subject stays visible. All rows for the help. */
export function modalHeight(mode: ModalState, rows: number): number {
  if (mode.kind === 'help') return rows;
  const wanted = contents(mode, []).length + 1;
  return rows - wanted < panesRowsMin ? Math.max(rows - panesRowsMin, Math.ceil(rows / 2)) : wanted;
}

/** A title and some rows: fewer are useless. */
const panesRowsMin = 6;

export interface OverlayProps extends Pick<UiState, 'columns'> {
  mode: ModalState;
  keys: readonly KeyBinding[];
  rows: number;
  theme: Theme;
}

/** A question with its details, a choice, or the help, in place of the panes. */
export function Overlay({ mode, columns, keys, rows, theme }: OverlayProps) {
  const rule: OverlayRow = { key: 'rule', row: [span('─'.repeat(columns - 4), 'dim')] };
  const shown = fitRows([...(mode.kind === 'help' ? [] : [rule]), ...contents(mode, keys)], mode, rows);
  return (
    <Box flexDirection="column" height={rows} overflow="hidden">
      {shown.map(({ key, row, current = false }) => (
        <StyledLine key={key} row={row} columns={columns} theme={theme} current={current} focused={current} />
      ))}
    </Box>
  );
}

/** Without room for the whole question its details are cut, never the options. */
function fitRows(all: readonly OverlayRow[], mode: ModalState, rows: number): OverlayRow[] {
  if (all.length <= rows) return [...all];
  const choices = mode.kind === 'picking' ? mode.options.length : 0;
  const kept = Math.max(1, rows - 1 - choices);
  const more = { key: 'more', row: [span(`… ${all.length - rows + 1} lines more`, 'dim')] };
  return [...all.slice(0, kept), more, ...all.slice(all.length - choices)].slice(0, Math.max(rows, kept + 1));
}

interface OverlayRow {
  key: string;
  row: StyledRow;
  current?: boolean;
}

function contents(mode: ModalState, keys: readonly KeyBinding[]): OverlayRow[] {
  switch (mode.kind) {
    case 'asking':
      return [
        { key: 'question', row: [span(mode.question, 'warn')] },
        { key: 'gap', row: [] },
        ...mode.details.map((detail, index) => ({ key: `detail ${index}`, row: [span(detail)] })),
      ];
    case 'picking':
      return [
        { key: 'title', row: [span(mode.title, 'warn')] },
        ...mode.details.map((detail, index) => ({ key: `detail ${index}`, row: [span(detail)] })),
        ...mode.options.map(({ id, text, key }, index) => ({
          key: id,
          row: [span(key === undefined ? '' : fitCell(key, 8), 'accent'), span(text)],
          current: index === mode.index,
        })),
      ];
    case 'help':
      return helpRows(keys).slice(mode.top);
  }
}

function helpRows(keys: readonly KeyBinding[]): OverlayRow[] {
  return [
    { key: 'title', row: [span('Keys', 'strong'), span('  a name works after : too', 'dim')] },
    ...keys.map(({ id, keys: own, meaning, views }) => ({
      key: id,
      row: [
        span(fitCell(own.join(' '), 16), 'accent'),
        span(fitCell(id, 14), 'dim'),
        span(meaning),
        span(views === undefined ? '' : `  (${views.join(', ')})`, 'dim'),
      ],
    })),
  ];
}
