/** The state of the screen as plain data. */

import type { ViewName } from './keys.ts';
import type { MarkedParts } from './marked-parts.ts';
import type { Pane } from './styled-row.ts';
import type { ThemeName } from './theme.ts';

export interface Cursor {
  index: number;
  /** The id of its row: the cursor stays on it when other rows are added. */
  id: string;
}

export type Mode =
  | { kind: 'normal' }
  /** A line is being typed: a filter, a command, or an answer. */
  | { kind: 'typing'; for: 'filter' | 'command' | 'answer'; question: string; text: string }
  | { kind: 'asking'; question: string; details: readonly string[] }
  | { kind: 'picking'; title: string; details: readonly string[]; options: readonly PickOption[]; index: number }
  | { kind: 'help'; top: number };

export interface PickOption {
  id: string;
  text: string;
  /** Chooses it at once. */
  key?: string;
}

export interface StatusMessage {
  text: string;
  tone: 'good' | 'bad' | 'plain';
}

export interface UiState {
  view: ViewName;
  /** The left one of two panes. */
  list: 'plans' | 'tree';
  /** The right one of two panes. */
  detail: ViewName;
  /** The root plan of the tree. */
  root: string | null;
  /** The selected plan. */
  plan: string | null;
  cursors: Partial<Record<ViewName, Cursor>>;
  filters: Partial<Record<ViewName, string>>;
  folded: ReadonlySet<string>;
  mode: Mode;
  message: StatusMessage | null;
  wrap: boolean;
  /** The diff is shown side by side. */
  sides: boolean;
  /** Parts of the selected plan's result marked to be applied. */
  marks: MarkedParts | null;
  zoom: boolean;
  /** Also list finished plans. */
  all: boolean;
  theme: ThemeName;
  columns: number;
  rows: number;
}

/** The current state; `set` changes a part of it and draws. */
export interface UiStateHolder {
  state(): UiState;
  set(next: Partial<UiState>): void;
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
/** Wide enough for a list on the left and a view on the right. */
export const isWide = ({ columns, zoom }: UiState): boolean => columns >= 120 && !zoom;
/**
 * The area to draw on: a frame of full height would scroll the screen, and a line of full width would lose its last
 * character in terminals that erase to the end of the line.
 */
export const drawableArea = ({ columns, rows }: Pick<UiState, 'columns' | 'rows'>) => ({
  columns: columns - 1,
  rows: rows - 1,
});
/** Columns of the left one of two panes. */
const leftColumns = (columns: number): number => Math.floor(columns * 0.45);
/** Columns of a view. */
export function paneColumns(state: UiState, view: ViewName): number {
  const { columns } = drawableArea(state);
  if (!isWide(state)) return columns;
  return isList(view) ? leftColumns(columns) : columns - leftColumns(columns) - 1;
}
export const isList = (view: ViewName): view is 'plans' | 'tree' => view === 'plans' || view === 'tree';

/** Returns the index of the cursor's row; -1 without rows. At the end of a followed view it stays at the end. */
export function cursorIndex(pane: Pane, cursor: Cursor | undefined, { atEnd = false } = {}): number {
  const last = pane.items.length - 1;
  if (cursor === undefined) return atEnd ? last : Math.min(0, last);
  const at = pane.items[cursor.index];
  if (at !== undefined && pane.id(at, cursor.index) === cursor.id) return cursor.index;
  const found = pane.items.findIndex((item, index) => pane.id(item, index) === cursor.id);
  return found >= 0 ? found : Math.min(cursor.index, last);
}

/** Returns the first visible row: the cursor is in the middle, as far as there are rows. */
export function firstVisibleRow(index: number, count: number, height: number): number {
  return Math.max(0, Math.min(index - Math.floor(height / 2), count - height));
}
