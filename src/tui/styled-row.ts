/** What a pane is made of: rows of words with a role each. How a role looks is the theme's business. */
import { displayWidth, sanitizeRow, splitGraphemes, truncate } from '../presentation/sanitize.ts';

export type TextRole = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'warn' | 'accent';

export interface StyledSpan {
  text: string;
  role?: TextRole;
}

export type StyledRow = readonly StyledSpan[];

/** One view: its items, each a row. Only those in sight are drawn. */
export interface Pane<Item = unknown> {
  title: string;
  items: readonly Item[];
  /** What stays the same of an item when others come and go around it. */
  id(item: Item, index: number): string;
  row(item: Item): StyledRow;
  /** More about the item under the cursor. */
  foot?(item: Item): readonly StyledRow[];
  /** Said where there are no items. */
  empty: string;
}

export const span = (text: string, role: TextRole = 'plain'): StyledSpan => ({ text, role });

/** Exactly so many columns: cut, or filled up with spaces. */
export function fitCell(text: string, columns: number): string {
  const cut = truncate(sanitizeRow(text), columns);
  return cut + ' '.repeat(Math.max(0, columns - displayWidth(cut)));
}

/** The end of a text, of which so many columns are in sight: who types sees what is typed. */
export function fitEnd(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  for (const sign of [...splitGraphemes(text)].reverse()) {
    if (displayWidth(sign + kept) >= columns) break;
    kept = sign + kept;
  }
  return `…${kept}`;
}

/** The words of a row, as somebody reads them who sees no colours. */
export const rowText = (row: StyledRow): string => row.map(({ text }) => text).join('');

/** At most so many columns of a row, safe to draw. */
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

/** A row as several, none wider than so many columns. */
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
