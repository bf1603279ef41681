import type { ConflictDetails, PlanSummary, PlanViews, WaitingApproval, WorkerInfo } from '../index.ts';
import type { DiffLine } from '../presentation/diff-lines.ts';
import type { DiffRow } from './side-by-side-diff.ts';
import type { UiState } from './state.ts';

/** Content loaded for the visible views. */
export interface LoadedContent {
  /** The last output lines of the selected plan's agents and validations. */
  output: readonly string[];
  /** The changes of the selected plan; null before they are loaded. */
  diff: { lines: readonly DiffLine[]; sides: readonly DiffRow[] } | null;
  /** Open conflicts of the selected plan with the text of their hunks, by id. */
  conflicts: Readonly<Record<string, ConflictDetails>>;
  /** The workers of this owner; null before they are loaded. `problem` says why they cannot be read. */
  workers: { list: readonly WorkerInfo[]; problem: string | null } | null;
}

export const emptyContent: LoadedContent = { output: [], diff: null, conflicts: {}, workers: null };

/** The data for all panes. */
export interface ViewModel {
  views: PlanViews;
  /** `childrenByParent(views.plans)`. */
  children: ReadonlyMap<string, readonly PlanSummary[]>;
  /** `approvalsByPlan(views.plans)`. */
  approvals: ReadonlyMap<string, readonly WaitingApproval[]>;
  state: UiState;
  content: LoadedContent;
  /** Milliseconds since the epoch. */
  now: number;
}
