import { type Conflict, objection, type Resolution, withPicked } from '../../src/model/conflict.ts';
import type { StoredFault } from '../../src/model/fault.ts';
import type { ChildTree } from '../contract.ts';
import type { MergeInput } from './protocol.ts';

export interface MergeContext extends Required<MergeInput> {
  /** What is merged so far; holds markers while there are conflicts. */
  tree: string;
  /** What was merged before the child at hand; absent in what older versions stored. */
  before?: string;
  /** Which child is being folded. */
  at: number;
  /** Open conflicts of the child at hand. */
  conflicts: Conflict[];
  /** Resolutions that wait to be carried out, oldest first. */
  queue: { conflictId: string; resolution: Resolution }[];
  /** Whether the parent was told that there are conflicts. */
  reported: boolean;
  /** Why the last resolution could not be carried out, until the parent is told. */
  setback: StoredFault | null;
  toolCalls: number;
  fault: StoredFault | null;
}

export function begin({ policy = 'manual', reports = false, ...input }: MergeInput): MergeContext {
  return {
    ...input,
    policy,
    reports,
    tree: input.ours,
    at: 0,
    conflicts: [],
    queue: [],
    reported: false,
    setback: null,
    toolCalls: 0,
    fault: null,
  };
}

/** The child being folded. The guard `hasChild` comes before every use. */
export function childAtHand({ children, at }: MergeContext): ChildTree {
  const child = children[at];
  if (child === undefined) throw new TypeError(`there is no child ${at} to fold`);
  return child;
}

/** The resolution to carry out now. The guard `hasResolution` comes before every use. */
export function firstPending({ conflicts, queue }: MergeContext): { conflict: Conflict; resolution: Resolution } {
  const [first] = queue;
  const conflict = conflicts.find(({ conflictId }) => conflictId === first?.conflictId);
  if (first === undefined || conflict === undefined) throw new TypeError('there is no resolution to carry out');
  return { conflict, resolution: first.resolution };
}

/** What is merged without the child at hand, which may be in conflict. */
export function foldedBy({ before, ours, children, at }: MergeContext): { treeOid: string; planIds: string[] } {
  if (before === undefined) return { treeOid: ours, planIds: [] };
  return { treeOid: before, planIds: children.slice(0, at).map(({ planId }) => planId) };
}

/** Whether a resolution may be queued: what it settles is open, and nothing that waits settles it already. */
export function mayQueue({ conflicts, queue }: MergeContext, conflictId: string, resolution: Resolution): boolean {
  const conflict = conflicts.find(each => each.conflictId === conflictId);
  if (conflict === undefined) return false;
  const waiting = queue.filter(each => each.conflictId === conflictId).map(each => each.resolution);
  if (waiting.some(each => each.take !== 'hunk')) return false;
  return objection(waiting.reduce(withPicked, conflict), resolution) === null;
}

/** Whether each child started exactly where the one before it ended: then the last tree holds everybody's work. */
export function isChain({ children, ours }: Pick<MergeContext, 'children' | 'ours'>): boolean {
  return children.every(({ baseTree }, index) => baseTree === (index === 0 ? ours : children[index - 1]?.treeOid));
}
