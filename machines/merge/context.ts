import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import type { SerializedError } from '../../src/model/errors.ts';
import { resolutionError, withHunkResolved } from '../../src/model/resolution.ts';
import type { SubplanTree } from '../effects.ts';
import type { MergeInput } from './events.ts';

export interface MergeContext extends Required<MergeInput> {
  /** The merged tree; contains markers while there are conflicts. */
  tree: string;
  /** The merged tree before the current child. */
  treeBeforeChild?: string;
  /** Index of the child being merged. */
  childIndex: number;
  /** Open conflicts of the current child. */
  conflicts: Conflict[];
  /** Resolutions to carry out, oldest first. */
  pendingResolutions: { conflictId: string; resolution: Resolution }[];
  /** Whether the conflicts were reported to the parent. */
  reported: boolean;
  /** Why the last resolution failed, until it is reported to the parent. */
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

/** Returns the child being merged. Call it only after the guard `hasChild`. */
export function currentChild({ children, childIndex }: MergeContext): SubplanTree {
  const child = children[childIndex];
  if (child === undefined) throw new TypeError(`there is no child ${childIndex} to fold`);
  return child;
}

/** Returns the next resolution to carry out. Call it only after the guard `hasResolution`. */
export function firstPending({ conflicts, pendingResolutions }: MergeContext): {
  conflict: Conflict;
  resolution: Resolution;
} {
  const [first] = pendingResolutions;
  const conflict = conflicts.find(({ conflictId }) => conflictId === first?.conflictId);
  if (first === undefined || conflict === undefined) throw new TypeError('there is no resolution to carry out');
  return { conflict, resolution: first.resolution };
}

/** Returns the merged tree without the current child, which may be in conflict. */
export function mergedSoFar({ treeBeforeChild, ours, children, childIndex }: MergeContext): {
  treeOid: string;
  planIds: string[];
} {
  if (treeBeforeChild === undefined) return { treeOid: ours, planIds: [] };
  return { treeOid: treeBeforeChild, planIds: children.slice(0, childIndex).map(({ planId }) => planId) };
}

/** Returns whether a resolution may be queued: its conflict is open, and no queued resolution resolves it. */
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

/** Returns whether each child started from the result of the one before: then the last tree contains everything. */
export function isSequentialChain({ children, ours }: Pick<MergeContext, 'children' | 'ours'>): boolean {
  return children.every(({ baseTree }, index) => baseTree === (index === 0 ? ours : children[index - 1]?.treeOid));
}
