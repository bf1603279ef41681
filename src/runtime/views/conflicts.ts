/** Conflicts of a plan, open and resolved. */

import type { Conflict, Resolution } from '../../model/conflict.ts';
import type { PlanEvent } from '../../model/event.ts';
import { withHunkResolved } from '../../model/resolution.ts';

export type ConflictWithResolution = Conflict & { resolution: Resolution | null };

export type Conflicts = readonly ConflictWithResolution[];

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
    default:
      return conflicts;
  }
}

/** Sorted by id, as they are stored. */
function put(conflicts: Conflicts, conflict: ConflictWithResolution): Conflicts {
  const others = conflicts.filter(({ conflictId }) => conflictId !== conflict.conflictId);
  return [...others, conflict].sort((left, right) => (left.conflictId < right.conflictId ? -1 : 1));
}
