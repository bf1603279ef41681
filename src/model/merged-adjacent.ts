import type { AdjacentValues } from './conflict.ts';
import type { Correction } from './correction.ts';
import type { PlanEvent } from './event.ts';
import { effectiveEvents } from './rollback-history.ts';

/** A small map in which a subplan and what was merged before it changed different values. */
export interface MergedAdjacent extends AdjacentValues {
  path: string;
  /** The subplan of `theirs`. */
  childPlanId: string;
}

/** Returns the maps in a plan's result that both sides of a merge changed, without merges that were discarded since. */
export function effectiveMergedAdjacent(journal: readonly PlanEvent[]): readonly MergedAdjacent[] {
  return effectiveEvents(journal).reduce<readonly MergedAdjacent[]>(reduceMerged, []);
}

function reduceMerged(merged: readonly MergedAdjacent[], event: PlanEvent): readonly MergedAdjacent[] {
  switch (event.type) {
    case 'merge.child_merged': {
      const { childPlanId, adjacent = {} } = event;
      const found = Object.entries(adjacent).flatMap(([path, maps]) =>
        maps.map(map => ({ path, childPlanId, ...map })),
      );
      return [...merged.filter(known => known.childPlanId !== childPlanId), ...found];
    }
    case 'plan.corrected':
      return afterCorrection(merged, event.correction);
    case 'plan.phase_changed':
      return event.to.phase === 'strategize' ? [] : merged;
    default:
      return merged;
  }
}

/** Only a revert discards merges: those of the subplans that it cancels, or all. */
function afterCorrection(
  merged: readonly MergedAdjacent[],
  { mode, from, childPlanIds }: Pick<Correction, 'mode' | 'from' | 'childPlanIds'>,
): readonly MergedAdjacent[] {
  if (mode !== 'revert') return merged;
  return from === 'children' ? merged.filter(({ childPlanId }) => !childPlanIds.includes(childPlanId)) : [];
}
