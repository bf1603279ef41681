/** What a resolution decides of a conflict. */
import type { Conflict, Resolution } from './conflict.ts';

/** Returns why a resolution does not apply: the hunk or attempt does not exist, or is already resolved. */
export function resolutionError(conflict: Conflict, resolution: Resolution): 'unknown' | 'resolved' | null {
  if (resolution.take === 'attempt') {
    return conflict.attempts?.some(({ attempt }) => attempt === resolution.attempt) ? null : 'unknown';
  }
  if (conflict.attempts !== undefined) return resolution.take === 'actor' ? null : 'unknown';
  if (resolution.take !== 'hunk') return isResolved(conflict) ? 'resolved' : null;
  const hunk = conflict.hunks[resolution.hunk - 1];
  if (hunk === undefined) return 'unknown';
  return hunk.taken === null ? null : 'resolved';
}

/** Returns the conflict with one more hunk resolved; unchanged when it is resolved as a whole. */
export function withHunkResolved(conflict: Conflict, resolution: Resolution): Conflict {
  if (resolution.take !== 'hunk') return conflict;
  const { hunk: number, pick } = resolution;
  return { ...conflict, hunks: conflict.hunks.map((hunk, i) => (i === number - 1 ? { ...hunk, taken: pick } : hunk)) };
}

/** Returns whether a resolution leaves nothing of the conflict open. */
export function resolvesConflict(conflict: Conflict, resolution: Resolution): boolean {
  return resolution.take !== 'hunk' || isResolved(withHunkResolved(conflict, resolution));
}

function isResolved({ hunks }: Conflict): boolean {
  return hunks.length > 0 && hunks.every(({ taken }) => taken !== null);
}
