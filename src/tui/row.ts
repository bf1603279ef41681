/** What a pane is made of: rows of words with a role each. How a role looks is the theme's business. */
import { cleanRow, columnsOf, signsOf, truncate } from '../cli/clean.ts';

export type Role = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'warn' | 'accent';

export interface Span {
  text: string;
  role?: Role;
}

export type Row = readonly Span[];

/** One view: its items, each a row. Only those in sight are drawn. */
export interface Pane<Item = unknown> {
  title: string;
  items: readonly Item[];
  /** What stays the same of an item when others come and go around it. */
  id(item: Item, index: number): string;
  row(item: Item): Row;
  /** More about the item under the cursor. */
  foot?(item: Item): readonly Row[];
  /** Said where there are no items. */
  empty: string;
}

export const span = (text: string, role: Role = 'plain'): Span => ({ text, role });

/** Exactly so many columns: cut, or filled up with spaces. */
export function cell(text: string, columns: number): string {
  const cut = truncate(cleanRow(text), columns);
  return cut + ' '.repeat(Math.max(0, columns - columnsOf(cut)));
}

/** The end of a text, of which so many columns are in sight: who types sees what is typed. */
export function tail(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = '';
  for (const sign of [...signsOf(text)].reverse()) {
    if (columnsOf(sign + kept) >= columns) break;
    kept = sign + kept;
  }
  return `…${kept}`;
}

/** The words of a row, as somebody reads them who sees no colours. */
export const wordsOf = (row: Row): string => row.map(({ text }) => text).join('');

/** At most so many columns of a row, safe to draw. */
export function fitted(row: Row, columns: number): Row {
  const spans: Span[] = [];
  let left = columns;
  for (const { text, ...rest } of row) {
    const cut = truncate(cleanRow(text), left);
    if (cut === '') continue;
    spans.push({ text: cut, ...rest });
    left -= columnsOf(cut);
    if (left <= 0) break;
  }
  return spans;
}

/** A row as several, none wider than so many columns. */
export function wrapped(row: Row, columns: number): Row[] {
  let piece: Span[] = [];
  const pieces = [piece];
  let left = columns;
  for (const { text, ...look } of row) {
    let line = '';
    for (const sign of signsOf(cleanRow(text))) {
      const width = columnsOf(sign);
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
