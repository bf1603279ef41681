import { Text } from 'ink';
import { fitRow, type StyledRow } from '../styled-row.ts';
import type { Theme } from '../theme.ts';

export interface StyledLineProps {
  row: StyledRow;
  columns: number;
  theme: Theme;
  /** The cursor stands on it. @default false */
  current?: boolean;
  /** Keys go to the pane it is in. @default false */
  focused?: boolean;
  /** Read aloud in place of its words. */
  ariaLabel?: string;
}

/** One row of the screen, never wider than it may be. */
export function StyledLine({ row, columns, theme, current = false, focused = false, ariaLabel }: StyledLineProps) {
  const spans = fitRow(row, columns - 2).map((span, index) => ({ ...span, key: `${index} ${span.text}` }));
  return (
    <Text
      wrap="truncate-end"
      inverse={current && focused}
      {...(ariaLabel === undefined ? {} : { 'aria-label': ariaLabel })}
    >
      <Text aria-label={current ? 'selected: ' : ''}>{current ? '› ' : '  '}</Text>
      {spans.map(({ text, role = 'plain', key }) => (
        <Text key={key} {...theme[role]}>
          {text}
        </Text>
      ))}
    </Text>
  );
}
