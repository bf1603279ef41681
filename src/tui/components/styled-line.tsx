import { Text } from 'ink';
import { omitUndefined } from '../../model/optional-keys.ts';
import { fitRow, type StyledRow } from '../styled-row.ts';
import type { Theme } from '../theme.ts';

export interface StyledLineProps {
  row: StyledRow;
  columns: number;
  theme: Theme;
  /** The cursor is on this line. @default false */
  current?: boolean;
  /** Its pane receives keys. @default false */
  focused?: boolean;
  /** Read by a screen reader instead of the text. */
  ariaLabel?: string;
}

/** One row of the screen, cut to its width. */
export function StyledLine({ row, columns, theme, current = false, focused = false, ariaLabel }: StyledLineProps) {
  const spans = fitRow(row, columns - 2).map((span, index) => ({ ...span, key: `${index} ${span.text}` }));
  return (
    <Text wrap="truncate-end" inverse={current && focused} {...omitUndefined({ 'aria-label': ariaLabel })}>
      <Text aria-label={current ? 'selected: ' : ''}>{current ? '› ' : '  '}</Text>
      {spans.map(({ text, role = 'plain', key }) => (
        <Text key={key} {...theme[role]}>
          {text}
        </Text>
      ))}
    </Text>
  );
}
