/** Conflicts of a plan, open and settled. */
import { type Conflict, type Resolution, withPicked } from '../../model/conflict.ts';
import type { PlanEvent } from '../../model/event.ts';

export type KnownConflict = Conflict & { resolution: Resolution | null };

export type Conflicts = readonly KnownConflict[];

export function reduceConflicts(conflicts: Conflicts, event: PlanEvent): Conflicts {
  switch (event.type) {
    case 'conflict.found':
    case 'conflict.reopened':
    case 'conflict.narrowed':
      return put(conflicts, { ...event.conflict, resolution: null });
    case 'conflict.resolved':
      return conflicts.map(known =>
        known.conflictId === event.conflictId
          ? { ...withPicked(known, event.resolution), resolution: event.resolution }
          : known,
      );
    default:
      return conflicts;
  }
}

/** Sorted as they are stored: by their ids. */
function put(conflicts: Conflicts, conflict: KnownConflict): Conflicts {
  const others = conflicts.filter(({ conflictId }) => conflictId !== conflict.conflictId);
  return [...others, conflict].sort((left, right) => (left.conflictId < right.conflictId ? -1 : 1));
}
