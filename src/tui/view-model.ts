import type { ConflictDetails, PlanSummary, PlanViews, WaitingApproval } from '../index.ts';
import type { DiffLine } from '../presentation/diff-lines.ts';
import type { DiffRow } from './side-by-side-diff.ts';
import type { UiState } from './state.ts';

/** What was read because somebody looks at it. */
export interface LoadedContent {
  /** Lines that the selected plan's agents and checks printed, the last of them. */
  output: readonly string[];
  /** What the selected plan changed; null before it was read. */
  diff: { lines: readonly DiffLine[]; sides: readonly DiffRow[] } | null;
  /** Open conflicts of the selected plan with what their hunks say, by path. */
  conflicts: Readonly<Record<string, ConflictDetails>>;
}

export const emptyContent: LoadedContent = { output: [], diff: null, conflicts: {} };

/** Everything a pane is made from. */
export interface ViewModel {
  views: PlanViews;
  /** `childrenOf(views.plans)`. */
  children: ReadonlyMap<string, readonly PlanSummary[]>;
  /** `asksOf(views.plans)`. */
  approvals: ReadonlyMap<string, readonly WaitingApproval[]>;
  state: UiState;
  content: LoadedContent;
  /** Milliseconds since the epoch. */
  now: number;
}
