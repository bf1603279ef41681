import { Box } from 'ink';
import type { Binding } from '../keys.ts';
import { cell, type Row, span } from '../row.ts';
import type { Mode, UiState } from '../state.ts';
import type { Theme } from '../theme.ts';
import { Line } from './line.tsx';

/** What takes the place of the panes. */
export type Covering = Extract<Mode, { kind: 'asking' | 'picking' | 'help' }>;

export const isCovering = (mode: Mode): mode is Covering => ['asking', 'picking', 'help'].includes(mode.kind);

export interface OverlayProps extends Pick<UiState, 'columns'> {
  mode: Covering;
  keys: readonly Binding[];
  rows: number;
  theme: Theme;
}

/** A question with its facts, a choice, or the help: in place of the panes. */
export function Overlay({ mode, columns, keys, rows, theme }: OverlayProps) {
  const all = contents(mode, keys);
  const shown = all.slice(0, rows);
  if (all.length > rows) shown[rows - 1] = { key: 'more', row: [span(`… ${all.length - rows + 1} lines more`, 'dim')] };
  return (
    <Box flexDirection="column" height={rows} overflow="hidden">
      {shown.map(({ key, row, current = false }) => (
        <Line key={key} row={row} columns={columns} theme={theme} current={current} focused={current} />
      ))}
    </Box>
  );
}

interface Drawn {
  key: string;
  row: Row;
  current?: boolean;
}

function contents(mode: Covering, keys: readonly Binding[]): Drawn[] {
  switch (mode.kind) {
    case 'asking':
      return [
        { key: 'question', row: [span(mode.question, 'warn')] },
        { key: 'gap', row: [] },
        ...mode.facts.map((fact, index) => ({ key: `fact ${index}`, row: [span(fact)] })),
      ];
    case 'picking':
      return [
        { key: 'title', row: [span(mode.title, 'warn')] },
        ...mode.options.map(({ id, text, key }, index) => ({
          key: id,
          row: [span(key === undefined ? '' : cell(key, 8), 'accent'), span(text)],
          current: index === mode.index,
        })),
      ];
    case 'help':
      return helpRows(keys).slice(mode.top);
  }
}

function helpRows(keys: readonly Binding[]): Drawn[] {
  return [
    { key: 'title', row: [span('Keys', 'strong'), span('  a name works after : too', 'dim')] },
    ...keys.map(({ id, keys: own, meaning, views }) => ({
      key: id,
      row: [
        span(cell(own.join(' '), 16), 'accent'),
        span(cell(id, 14), 'dim'),
        span(meaning),
        span(views === undefined ? '' : `  (${views.join(', ')})`, 'dim'),
      ],
    })),
  ];
}
