/** A plan and its subplans as rows, with progress. */
import type { PlanSummary } from './plan-summary.ts';
import type { SubplanStatuses } from './subplan-statuses.ts';

/** One row of a tree of plans. */
export interface PlanTreeRow {
  plan: PlanSummary;
  /** For each level above it and its own: whether more siblings follow. The root has none. */
  siblingsFollow: readonly boolean[];
  children: number;
  collapsed: boolean;
}

/** Returns the rows from the top, without folded ones. `children` is `childrenByParent(plans)`. */
export function planTreeRows(
  root: PlanSummary,
  children: ReadonlyMap<string, readonly PlanSummary[]>,
  collapsed: ReadonlySet<string>,
): PlanTreeRow[] {
  const rows: PlanTreeRow[] = [];
  const walk = (line: PlanSummary, follows: readonly boolean[]) => {
    const below = children.get(line.planId) ?? [];
    const isFolded = below.length > 0 && collapsed.has(line.planId);
    rows.push({ plan: line, siblingsFollow: follows, children: below.length, collapsed: isFolded });
    if (isFolded) return;
    for (const [index, child] of below.entries()) walk(child, [...follows, index < below.length - 1]);
  };
  walk(root, []);
  return rows;
}

/** Numbers of a plan's own children. */
export interface ChildProgress {
  done: number;
  total: number;
  failed: number;
}

/** Counts a plan's own children that ended; rolled-back ones do not count. */
export function childProgress(
  planId: string,
  children: ReadonlyMap<string, readonly PlanSummary[]>,
  subplans: SubplanStatuses,
): ChildProgress {
  const progress = { done: 0, total: 0, failed: 0 };
  for (const child of children.get(planId) ?? []) {
    const state = subplans[child.planId]?.state;
    if (child.state === 'cancelled' && state !== 'cancelled') continue;
    progress.total += 1;
    if (state === 'complete' || (child.phase === 'execute' && child.state === 'complete')) progress.done += 1;
    if (state === 'failed' || state === 'cancelled') progress.failed += 1;
  }
  return progress;
}
