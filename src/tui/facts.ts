import type { Ask, ConflictView, PlanLine, Views } from '../index.ts';
import type { DiffLine } from './diff-lines.ts';
import type { DiffRow } from './diff-sides.ts';
import type { UiState } from './state.ts';

/** What was read because somebody looks at it. */
export interface Reading {
  /** Lines that the selected plan's agents and checks printed, the last of them. */
  output: readonly string[];
  /** What the selected plan changed; null before it was read. */
  diff: { lines: readonly DiffLine[]; sides: readonly DiffRow[] } | null;
  /** Open conflicts of the selected plan with what their hunks say, by path. */
  conflicts: Readonly<Record<string, ConflictView>>;
}

export const unread: Reading = { output: [], diff: null, conflicts: {} };

/** Everything a pane is made from. */
export interface Facts {
  views: Views;
  /** `childrenOf(views.plans)`. */
  children: ReadonlyMap<string, readonly PlanLine[]>;
  /** `asksOf(views.plans)`. */
  asks: ReadonlyMap<string, readonly Ask[]>;
  state: UiState;
  reading: Reading;
  /** Milliseconds since the epoch. */
  now: number;
}
