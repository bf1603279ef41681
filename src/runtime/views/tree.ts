/** A plan and all below it as rows, and how far it came. */
import type { PlanLine } from './plan-line.ts';
import type { Subplans } from './subplans.ts';

export interface TreeRow {
  line: PlanLine;
  /** Of each level above it and its own: whether more siblings follow. The root has none. */
  follows: readonly boolean[];
  children: number;
  folded: boolean;
}

/** Rows from the top, what is folded left out. `children` is `childrenOf(plans)`. */
export function treeRows(
  root: PlanLine,
  children: ReadonlyMap<string, readonly PlanLine[]>,
  folded: ReadonlySet<string>,
): TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (line: PlanLine, follows: readonly boolean[]) => {
    const below = children.get(line.planId) ?? [];
    const isFolded = below.length > 0 && folded.has(line.planId);
    rows.push({ line, follows, children: below.length, folded: isFolded });
    if (isFolded) return;
    for (const [index, child] of below.entries()) walk(child, [...follows, index < below.length - 1]);
  };
  walk(root, []);
  return rows;
}

export interface Progress {
  done: number;
  total: number;
  failed: number;
}

/** How many of a plan's own children are over; children that were taken back do not count. */
export function progressOf(
  planId: string,
  children: ReadonlyMap<string, readonly PlanLine[]>,
  subplans: Subplans,
): Progress {
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
