import { type Conflict, type Resolution, resolutionError, withHunkResolved } from '../../src/model/conflict.ts';
import type { SerializedError } from '../../src/model/errors.ts';
import type { SubplanTree } from '../effects.ts';
import type { MergeInput } from './events.ts';

export interface MergeContext extends Required<MergeInput> {
  /** What is merged so far; holds markers while there are conflicts. */
  tree: string;
  /** What was merged before the child at hand; absent in what older versions stored. */
  treeBeforeChild?: string;
  /** Which child is being folded. */
  childIndex: number;
  /** Open conflicts of the child at hand. */
  conflicts: Conflict[];
  /** Resolutions that wait to be carried out, oldest first. */
  pendingResolutions: { conflictId: string; resolution: Resolution }[];
  /** Whether the parent was told that there are conflicts. */
  reported: boolean;
  /** Why the last resolution could not be carried out, until the parent is told. */
  lastError: SerializedError | null;
  toolCalls: number;
  error: SerializedError | null;
}

export function createMergeContext({ policy = 'manual', reports = false, ...input }: MergeInput): MergeContext {
  return {
    ...input,
    policy,
    reports,
    tree: input.ours,
    childIndex: 0,
    conflicts: [],
    pendingResolutions: [],
    reported: false,
    lastError: null,
    toolCalls: 0,
    error: null,
  };
}

/** The child being folded. The guard `hasChild` comes before every use. */
export function currentChild({ children, childIndex }: MergeContext): SubplanTree {
  const child = children[childIndex];
  if (child === undefined) throw new TypeError(`there is no child ${childIndex} to fold`);
  return child;
}

/** The resolution to carry out now. The guard `hasResolution` comes before every use. */
export function firstPending({ conflicts, pendingResolutions }: MergeContext): {
  conflict: Conflict;
  resolution: Resolution;
} {
  const [first] = pendingResolutions;
  const conflict = conflicts.find(({ conflictId }) => conflictId === first?.conflictId);
  if (first === undefined || conflict === undefined) throw new TypeError('there is no resolution to carry out');
  return { conflict, resolution: first.resolution };
}

/** What is merged without the child at hand, which may be in conflict. */
export function mergedSoFar({ treeBeforeChild, ours, children, childIndex }: MergeContext): {
  treeOid: string;
  planIds: string[];
} {
  if (treeBeforeChild === undefined) return { treeOid: ours, planIds: [] };
  return { treeOid: treeBeforeChild, planIds: children.slice(0, childIndex).map(({ planId }) => planId) };
}

/** Whether a resolution may be queued: what it settles is open, and nothing that waits settles it already. */
export function canQueueResolution(
  { conflicts, pendingResolutions }: MergeContext,
  conflictId: string,
  resolution: Resolution,
): boolean {
  const conflict = conflicts.find(each => each.conflictId === conflictId);
  if (conflict === undefined) return false;
  const waiting = pendingResolutions.filter(each => each.conflictId === conflictId).map(each => each.resolution);
  if (waiting.some(each => each.take !== 'hunk')) return false;
  return resolutionError(waiting.reduce(withHunkResolved, conflict), resolution) === null;
}

/** Whether each child started exactly where the one before it ended: then the last tree holds everybody's work. */
export function isSequentialChain({ children, ours }: Pick<MergeContext, 'children' | 'ours'>): boolean {
  return children.every(({ baseTree }, index) => baseTree === (index === 0 ? ours : children[index - 1]?.treeOid));
}
