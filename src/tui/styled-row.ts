/** Rows of text with a role each. The theme decides how a role looks. */
import { displayWidth, sanitizeRow, splitGraphemes, truncate } from '../presentation/sanitize.ts';

export type TextRole = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'warn' | 'accent';

export interface StyledSpan {
  text: string;
  role?: TextRole;
}

export type StyledRow = readonly StyledSpan[];

/** One view: its items, one row each. Only visible rows are drawn. */
export interface Pane<Item = unknown> {
  title: string;
  items: readonly Item[];
  /** Identifies an item when others are added or removed. */
  id(item: Item, index: number): string;
  row(item: Item): StyledRow;
  /** Details of the item under the cursor. */
  foot?(item: Item): readonly StyledRow[];
  /** Shown when there are no items. */
  empty: string;
}

export const span = (text: string, role: TextRole = 'plain'): StyledSpan => ({ text, role });

/** Cuts or pads text to exactly this many columns. */
export function fitCell(text: string, columns: number): string {
  const cut = truncate(sanitizeRow(text), columns);
  return cut + ' '.repeat(Math.max(0, columns - displayWidth(cut)));
}

/** Returns the end of a text in this many columns, so that the cursor stays visible. */
export function fitEnd(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  for (const sign of [...splitGraphemes(text)].reverse()) {
    if (displayWidth(sign + kept) >= columns) break;
    kept = sign + kept;
  }
  return `…${kept}`;
}

/** The text of a row, without roles. */
export const rowText = (row: StyledRow): string => row.map(({ text }) => text).join('');

/** Cuts a row to this many columns, safe to draw. */
export function fitRow(row: StyledRow, columns: number): StyledRow {
  const spans: StyledSpan[] = [];
  let left = columns;
  for (const { text, ...rest } of row) {
    const cut = truncate(sanitizeRow(text), left);
    if (cut === '') continue;
    spans.push({ text: cut, ...rest });
    left -= displayWidth(cut);
    if (left <= 0) break;
  }
  return spans;
}

/** Wraps a row to several of at most this many columns. */
export function wrapRow(row: StyledRow, columns: number): StyledRow[] {
  let piece: StyledSpan[] = [];
  const pieces = [piece];
  let left = columns;
  for (const { text, ...look } of row) {
    let line = '';
    for (const sign of splitGraphemes(sanitizeRow(text))) {
      const width = displayWidth(sign);
      if (width > left) {
        piece.push({ text: line, ...look });
        piece = [];
        pieces.push(piece);
        line = '';
        left = columns;
      }
      line += sign;
      left -= width;
    }
    piece.push({ text: line, ...look });
  }
  return pieces;
}
