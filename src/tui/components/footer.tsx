import { Box } from 'ink';
import { displayWidth } from '../../presentation/sanitize.ts';
import type { KeyBinding, ViewName } from '../keys.ts';
import type { UiState } from '../state.ts';
import { fitEnd, type StyledRow, span } from '../styled-row.ts';
import type { Theme } from '../theme.ts';
import { StyledLine } from './styled-line.tsx';

export interface FooterProps {
  state: UiState;
  columns: number;
  keys: readonly KeyBinding[];
  theme: Theme;
}

/** The latest message or the typed text, and the most useful keys. */
export function Footer({ state, columns, keys, theme }: FooterProps) {
  return (
    <Box flexDirection="column">
      <StyledLine row={statusRow(state, columns)} columns={columns} theme={theme} />
      <StyledLine row={bar(state, keys, columns - margin)} columns={columns} theme={theme} />
    </Box>
  );
}

function statusRow({ mode, message }: UiState, columns: number): StyledRow {
  if (mode.kind === 'typing') {
    const { question, text } = mode;
    return [span(question, 'accent'), span(fitEnd(text, columns - displayWidth(question) - 3)), span('▏', 'accent')];
  }
  if (message === null) return [];
  return [span(message.text, message.tone)];
}

/** Columns at the start of a line. */
const margin = 2;

function bar({ mode, view }: UiState, keys: readonly KeyBinding[], columns: number): StyledRow {
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

/** As many keys as fit: those of this view first, and always those for help and quit. */
function keyRow(view: ViewName, keys: readonly KeyBinding[], columns: number): StyledRow {
  const here = keys.filter(binding => isShown(binding, view));
  const lasting = here.filter(({ id }) => id === 'help' || id === 'leave');
  const others = here.filter(binding => !lasting.includes(binding));
  const own = others.filter(({ views, shown }) => views !== undefined || shown !== true);
  const wanted = [...own, ...others.filter(binding => !own.includes(binding))];
  let left = columns - displayWidth(views) - widthOf(lasting);
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

const widthOf = (keys: readonly KeyBinding[]) =>
  keys.reduce((sum, { keys: [key = ''], meaning }) => sum + displayWidth(`${between}${key} ${brief(meaning)}`), 0);

function isShown({ shown, views }: KeyBinding, view: ViewName): boolean {
  if (views !== undefined && !views.includes(view)) return false;
  return shown === true || (shown?.includes(view) ?? false);
}
