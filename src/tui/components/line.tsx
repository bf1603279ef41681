import { Text } from 'ink';
import { fitted, type Row } from '../row.ts';
import type { Theme } from '../theme.ts';

export interface LineProps {
  row: Row;
  columns: number;
  theme: Theme;
  /** The cursor stands on it. @default false */
  current?: boolean;
  /** Keys go to the pane it is in. @default false */
  focused?: boolean;
  /** Read aloud in place of its words. */
  spoken?: string;
}

/** One row of the screen, never wider than it may be. */
export function Line({ row, columns, theme, current = false, focused = false, spoken }: LineProps) {
  const spans = fitted(row, columns - 2).map((span, index) => ({ ...span, key: `${index} ${span.text}` }));
  return (
    <Text wrap="truncate-end" inverse={current && focused} {...(spoken === undefined ? {} : { 'aria-label': spoken })}>
      <Text aria-label={current ? 'selected: ' : ''}>{current ? '› ' : '  '}</Text>
      {spans.map(({ text, role = 'plain', key }) => (
        <Text key={key} {...theme[role]}>
          {text}
        </Text>
      ))}
    </Text>
  );
}
