import { Box } from 'ink';
import { columnsOf } from '../../cli/clean.ts';
import type { Binding } from '../keys.ts';
import { type Row, span, tail } from '../row.ts';
import type { UiState } from '../state.ts';
import type { Theme } from '../theme.ts';
import { Line } from './line.tsx';

export interface BottomProps {
  state: UiState;
  columns: number;
  keys: readonly Binding[];
  theme: Theme;
}

/** What was said last or is being typed, and the keys that matter here. */
export function Bottom({ state, columns, keys, theme }: BottomProps) {
  return (
    <Box flexDirection="column">
      <Line row={said(state, columns)} columns={columns} theme={theme} />
      <Line row={bar(state, keys)} columns={columns} theme={theme} />
    </Box>
  );
}

function said({ mode, message }: UiState, columns: number): Row {
  if (mode.kind === 'typing') {
    const { question, text } = mode;
    return [span(question, 'accent'), span(tail(text, columns - columnsOf(question) - 3)), span('▏', 'accent')];
  }
  if (message === null) return [];
  return [span(message.text, message.tone)];
}

function bar({ mode, view }: UiState, keys: readonly Binding[]): Row {
  switch (mode.kind) {
    case 'typing':
      return [span('enter says it · escape drops it', 'dim')];
    case 'asking':
      return [span('y yes · n no', 'dim')];
    case 'picking':
      return [span('enter takes it · escape none', 'dim')];
    case 'help':
      return [span('j k scroll · any other key closes', 'dim')];
    case 'normal': {
      const here = keys.filter(({ shown, views }) => shown === true && (views === undefined || views.includes(view)));
      // What is only of this view stands first.
      const sorted = [...here].sort(
        (left, right) => Number(left.views === undefined) - Number(right.views === undefined),
      );
      return [
        span('1-9 views · ', 'dim'),
        ...sorted.flatMap(({ keys: [key = ''], meaning }, index) => [
          span(index === 0 ? '' : ' · ', 'dim'),
          span(key, 'accent'),
          span(` ${meaning.replace(/; .*/, '')}`, 'dim'),
        ]),
      ];
    }
  }
}
