/** Where a person is in the screen: plain data, and how keys that only look around change it. */

import type { ViewName } from './keys.ts';
import type { MarkedParts } from './marked-parts.ts';
import type { Pane } from './styled-row.ts';
import type { ThemeName } from './theme.ts';

export interface Cursor {
  index: number;
  /** Of the row it stands on: it stays there when others come before it. */
  id: string;
}

export type Mode =
  | { kind: 'normal' }
  /** A line is typed: for the filter, as a command, or as an answer. */
  | { kind: 'typing'; for: 'filter' | 'command' | 'answer'; question: string; text: string }
  | { kind: 'asking'; question: string; facts: readonly string[] }
  | { kind: 'picking'; title: string; facts: readonly string[]; options: readonly PickOption[]; index: number }
  | { kind: 'help'; top: number };

export interface PickOption {
  id: string;
  text: string;
  /** Picks it at once. */
  key?: string;
}

export interface StatusMessage {
  text: string;
  tone: 'good' | 'bad' | 'plain';
}

export interface UiState {
  view: ViewName;
  /** What the left of two panes shows. */
  list: 'plans' | 'tree';
  /** What the right of two panes shows. */
  detail: ViewName;
  /** The root plan whose tree is shown. */
  root: string | null;
  /** The plan everything else is about. */
  plan: string | null;
  cursors: Partial<Record<ViewName, Cursor>>;
  filters: Partial<Record<ViewName, string>>;
  folded: ReadonlySet<string>;
  mode: Mode;
  message: StatusMessage | null;
  wrap: boolean;
  /** A diff shows what was beside what is. */
  sides: boolean;
  /** Parts of the selected plan's result that are to land alone. */
  marks: MarkedParts | null;
  zoom: boolean;
  /** Finished plans are listed too. */
  all: boolean;
  theme: ThemeName;
  columns: number;
  rows: number;
}

export const createInitialState = (initial: Pick<UiState, 'theme' | 'columns' | 'rows'>): UiState => ({
  ...{
    view: 'plans',
    list: 'plans',
    detail: 'output',
    root: null,
    plan: null,
    cursors: {},
    filters: {},
    folded: new Set(),
  },
  ...{ mode: { kind: 'normal' }, message: null, wrap: false, sides: false, marks: null, zoom: false, all: false },
  ...initial,
});

export const minimumSize = { columns: 60, rows: 16 };
export const isTooSmall = ({ columns, rows }: UiState): boolean =>
  columns < minimumSize.columns || rows < minimumSize.rows;
/** Room for a list on the left and one view of it on the right. */
export const isWide = ({ columns, zoom }: UiState): boolean => columns >= 120 && !zoom;
/**
 * What is drawn on: a frame as high as the screen would scroll it, and a line as wide would lose its last letter where
 * a terminal erases what is behind it.
 */
export const drawableArea = ({ columns, rows }: Pick<UiState, 'columns' | 'rows'>) => ({
  columns: columns - 1,
  rows: rows - 1,
});
/** Columns of the left of two panes. */
const leftColumns = (columns: number): number => Math.floor(columns * 0.45);
/** Columns that a view has. */
export function paneColumns(state: UiState, view: ViewName): number {
  const { columns } = drawableArea(state);
  if (!isWide(state)) return columns;
  return isList(view) ? leftColumns(columns) : columns - leftColumns(columns) - 1;
}
export const isList = (view: ViewName): view is 'plans' | 'tree' => view === 'plans' || view === 'tree';

/** The row the cursor stands on; -1 where there are none. What follows its end stays at the end. */
export function cursorIndex(pane: Pane, cursor: Cursor | undefined, { atEnd = false } = {}): number {
  const last = pane.items.length - 1;
  if (cursor === undefined) return atEnd ? last : Math.min(0, last);
  const at = pane.items[cursor.index];
  if (at !== undefined && pane.id(at, cursor.index) === cursor.id) return cursor.index;
  const found = pane.items.findIndex((item, index) => pane.id(item, index) === cursor.id);
  return found >= 0 ? found : Math.min(cursor.index, last);
}

/** The first row in sight: the cursor is kept in the middle, as far as there are rows. */
export function firstVisibleRow(index: number, count: number, height: number): number {
  return Math.max(0, Math.min(index - Math.floor(height / 2), count - height));
}
