import { Box } from 'ink';
import { type Cursor, cursorIndex, firstVisibleRow } from '../state.ts';
import { type Pane, rowText, span, wrapRow } from '../styled-row.ts';
import type { Theme } from '../theme.ts';
import { StyledLine } from './styled-line.tsx';

export interface PaneProps {
  pane: Pane;
  cursor: Cursor | undefined;
  /** Without a cursor, show the last row instead of the first. */
  atEnd: boolean;
  columns: number;
  rows: number;
  wrap: boolean;
  focused: boolean;
  theme: Theme;
}

const detailRows = 4;

/** A view: its title, the visible rows, and details of the current one. */
export function PaneView({ pane, cursor, atEnd, columns, rows, wrap, focused, theme }: PaneProps) {
  const count = pane.items.length;
  const index = cursorIndex(pane, cursor, { atEnd });
  const foot = index < 0 ? [] : (pane.foot?.(pane.items[index]) ?? []).slice(0, detailRows - 1);
  const height = Math.max(1, rows - 1 - (foot.length > 0 ? detailRows : 0));
  const top = firstVisibleRow(index, count, height);
  const place = count > height ? `  ${index + 1} of ${count}` : '';
  const drawn = pane.items.slice(top, top + height).flatMap((item, offset) => {
    const at = top + offset;
    const pieces = wrap ? wrapRow(pane.row(item), columns - 2) : [pane.row(item)];
    return pieces.map((row, piece) => ({ key: `${pane.id(item, at)} ${piece}`, row, current: at === index }));
  });
  // Wrapped rows may need more lines than there are: the cursor's row stays visible.
  const from = firstVisibleRow(
    drawn.findIndex(({ current }) => current),
    drawn.length,
    height,
  );
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <StyledLine
        row={[span(pane.title, 'strong'), span(place, 'dim')]}
        ariaLabel={count === 0 ? pane.title : `${pane.title}: row ${index + 1} of ${count}`}
        {...{ columns, theme }}
      />
      <Box flexDirection="column" height={height} overflow="hidden" aria-role="list">
        {count === 0
          ? wrapRow([span(pane.empty, 'dim')], columns - 2).map(row => (
              <StyledLine key={rowText(row)} row={row} columns={columns} theme={theme} />
            ))
          : null}
        {drawn.slice(from, from + height).map(({ key, row, current }) => (
          <StyledLine key={key} row={row} columns={columns} theme={theme} current={current} focused={focused} />
        ))}
      </Box>
      {foot.length > 0 ? (
        <StyledLine
          row={[span('─'.repeat(columns - 4), 'dim')]}
          ariaLabel="About it:"
          columns={columns}
          theme={theme}
        />
      ) : null}
      {foot.map((row, at) => (
        <StyledLine
          key={`foot ${at} ${row.map(({ text }) => text).join('')}`}
          row={row}
          columns={columns}
          theme={theme}
        />
      ))}
    </Box>
  );
}
