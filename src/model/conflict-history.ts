/** Conflicts of a plan, open and resolved, that belong to its present history. */

import type { Conflict, Resolution } from './conflict.ts';
import type { Correction } from './correction.ts';
import type { PlanEvent } from './event.ts';
import { withHunkResolved } from './resolution.ts';
import { effectiveEvents } from './rollback-history.ts';
import { ascending } from './text-order.ts';

export type ConflictWithResolution = Conflict & { resolution: Resolution | null };

export type Conflicts = readonly ConflictWithResolution[];

/** Returns the conflicts that a journal leaves in effect: none that a rollback, a correction or a new attempt discarded. */
export function effectiveConflicts(journal: readonly PlanEvent[]): Conflicts {
  return effectiveEvents(journal).reduce<Conflicts>(reduceConflicts, []);
}

/** A rollback may bring conflicts back: after one, conflicts must be loaded again. */
export function reduceConflicts(conflicts: Conflicts, event: PlanEvent): Conflicts {
  switch (event.type) {
    case 'conflict.found':
    case 'conflict.reopened':
    case 'conflict.hunk_resolved':
      return put(conflicts, { ...event.conflict, resolution: null });
    case 'conflict.resolved':
      return conflicts.map(known =>
        known.conflictId === event.conflictId
          ? { ...withHunkResolved(known, event.resolution), resolution: event.resolution }
          : known,
      );
    case 'plan.rolled_back':
      // The plan executes again, and finds what is still open again.
      return resolvedOf(conflicts);
    case 'plan.corrected':
      return afterCorrection(conflicts, event.correction);
    case 'plan.phase_changed':
      return event.to.phase === 'strategize' ? [] : conflicts;
    default:
      return conflicts;
  }
}

/** An addition continues from the merged result; a correction of a subplan discards the merges with those it cancels. */
function afterCorrection(conflicts: Conflicts, { mode, from, childPlanIds }: CorrectionScope): Conflicts {
  if (mode === 'edit') return conflicts;
  if (mode === 'append') return resolvedOf(conflicts);
  if (from !== 'children') return [];
  const cancelled = new Set(childPlanIds);
  return resolvedOf(conflicts).filter(
    ({ ours, theirs }) => ![...ours.planIds, ...theirs.planIds].some(planId => cancelled.has(planId)),
  );
}

type CorrectionScope = Pick<Correction, 'mode' | 'from' | 'childPlanIds'>;

const resolvedOf = (conflicts: Conflicts) => conflicts.filter(({ resolution }) => resolution !== null);

/** Sorted by id, as they are stored. */
function put(conflicts: Conflicts, conflict: ConflictWithResolution): Conflicts {
  const others = conflicts.filter(({ conflictId }) => conflictId !== conflict.conflictId);
  return [...others, conflict].sort(ascending(({ conflictId }) => conflictId));
}
