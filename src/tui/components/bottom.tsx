import { Box } from 'ink';
import { columnsOf } from '../../cli/clean.ts';
import type { Binding, ViewName } from '../keys.ts';
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
      <Line row={bar(state, keys, columns - margin)} columns={columns} theme={theme} />
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

/** Columns at the beginning of a line. */
const margin = 2;

function bar({ mode, view }: UiState, keys: readonly Binding[], columns: number): Row {
  switch (mode.kind) {
    case 'typing':
      return [span('enter says it · escape drops it', 'dim')];
    case 'asking':
      return [span('y yes · n no', 'dim')];
    case 'picking':
      return [span('enter takes it · escape none', 'dim')];
    case 'help':
      return [span('j k scroll · any other key closes', 'dim')];
    case 'normal':
      return keyRow(view, keys, columns);
  }
}

/** As many keys as there is room for: those of this view before the others, and always how to find the rest and to leave. */
function keyRow(view: ViewName, keys: readonly Binding[], columns: number): Row {
  const here = keys.filter(binding => isShown(binding, view));
  const lasting = here.filter(({ id }) => id === 'help' || id === 'leave');
  const others = here.filter(binding => !lasting.includes(binding));
  const own = others.filter(({ views, shown }) => views !== undefined || shown !== true);
  const wanted = [...own, ...others.filter(binding => !own.includes(binding))];
  let left = columns - columnsOf(views) - widthOf(lasting);
  const fitting = wanted.filter(binding => {
    left -= widthOf([binding]);
    return left >= 0;
  });
  return [
    span(views, 'dim'),
    ...[...fitting, ...lasting].flatMap(({ keys: [key = ''], meaning }) => [
      span(between, 'dim'),
      span(key, 'accent'),
      span(` ${brief(meaning)}`, 'dim'),
    ]),
  ];
}

const views = '1-9 views';
const between = ' · ';
const brief = (meaning: string) => meaning.replace(/; .*/, '');

const widthOf = (keys: readonly Binding[]) =>
  keys.reduce((sum, { keys: [key = ''], meaning }) => sum + columnsOf(`${between}${key} ${brief(meaning)}`), 0);

function isShown({ shown, views }: Binding, view: ViewName): boolean {
  if (views !== undefined && !views.includes(view)) return false;
  return shown === true || (shown?.includes(view) ?? false);
}
