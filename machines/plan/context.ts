/** What a plan remembers: what it is, how far it came, and what is under way. Small JSON, all of it survives a restart. */
import type { RollbackOrder } from '../../src/model/checkpoint.ts';
import type { Resolution } from '../../src/model/conflict.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import { Fault, type StoredFault } from '../../src/model/fault.ts';
import type { Invariant } from '../../src/model/invariant.ts';
import type { ApplyTarget, Phase, PlanProgress, PlanSpec, PlanState } from '../../src/model/plan.ts';
import type { MergeStrategy } from '../../src/model/subplan.ts';
import type { ChildTree, EffectOutput, SandboxHandle } from '../contract.ts';

/** Where a plan stands. */
export interface Place {
  phase: Phase;
  state: PlanState;
}

export interface PlanInput {
  spec: PlanSpec;
  /** Which try this is; a supervisor counts up when it retries a child. @default 1 */
  attempt?: number;
  /**
   * Whether the parent grants turns to execute: it is told `slot.wanted` and `slot.freed`, and grants with `start`.
   * @default false
   */
  gated?: boolean;
}

export interface PlanContext extends PlanProgress {
  spec: PlanSpec;
  place: Place;
  /** Where to go back to when resumed; null unless paused. */
  pausedFrom: Place | null;
  /** The reconciled invariants; null until the first reconciliation. */
  invariants: Invariant[] | null;
  /** What people said, oldest first; used from the next effect on. */
  guidance: string[];
  /** Whether the prompt_definition is recorded. */
  rooted: boolean;
  /** Whether this attempt's strategy is in, or none was wanted. */
  strategized: boolean;
  /** `execute` was asked for before Strategize was complete: go on without stopping there. */
  hurried: boolean;
  approved: boolean;
  gated: boolean;
  /** Whether the gate has given this plan a turn. */
  admitted: boolean;
  /** Whether a group of subplans lives. */
  grouped: boolean;
  /** Whether a merge lives. */
  merging: boolean;
  /** What completed children made, in recorded order. */
  results: ChildTree[];
  mergeStrategy: MergeStrategy;
  mergedTree: string | null;
  /** Conflicts that were settled, and how. */
  resolutions: Record<string, Resolution>;
  /** The tree of the newest checkpoint: what we left in the sandbox when the plan came to rest. */
  lastTree: string | null;
  /** A rollback under way; `done` once the files are back. */
  rollback: { order: RollbackOrder; decision: DecisionDraft; done: EffectOutput<'rollback'> | null } | null;
  /** Where Execute begins since the last rollback of this attempt; null for the beginning. */
  resumeFrom: { tree: string; sequence: number; mergedUpTo: number | null } | null;
  /** Why the plan is being called back; null unless it is. */
  recall: 'cancel' | 'revert' | 'expire' | null;
}

export function freshContext({ spec, attempt = 1, gated = false }: PlanInput): PlanContext {
  return {
    spec,
    place: { phase: 'strategize', state: 'queued' },
    pausedFrom: null,
    invariants: null,
    guidance: [],
    rooted: attempt > 1,
    strategized: false,
    hurried: false,
    approved: false,
    gated: gated && spec.depth === 0,
    admitted: false,
    attempt,
    reversionCount: 0,
    confidence: 1,
    estimate: null,
    lastCheckpointId: null,
    error: null,
    errorMessage: null,
    errorDetails: {},
    waiting: null,
    cancelReason: null,
    applySummary: null,
    rollback: null,
    resumeFrom: null,
    recall: null,
    ...untouched,
    mergeStrategy: spec.subplanConfig.mergeStrategy,
  };
}

/** What an attempt starts with: nothing done, nothing made. */
export const untouched = {
  lastCompletedStep: -1,
  sandbox: null,
  startTree: null,
  lastTree: null,
  workTree: null,
  mergedTree: null,
  resultTree: null,
  changeSet: null,
  subplanStatuses: [],
  conflicts: [],
  resolutions: {},
  validationResults: [],
  toolCalls: 0,
  applyTarget: null,
  grouped: false,
  merging: false,
  results: [],
} satisfies Partial<PlanContext>;

/** The spec as effects see it: with the invariants that are in force. */
export function specInForce({ spec, invariants }: PlanContext): PlanSpec {
  return invariants === null ? spec : { ...spec, invariants };
}

/** The root of a plan's decision tree: what it was asked to do. */
export function promptDefinition({ planId, decisionRootId, description, definitionOfDone }: PlanSpec): DecisionDraft {
  return {
    decisionId: decisionRootId,
    planId,
    parentDecisionId: null,
    type: 'prompt_definition',
    question: 'What is to be done?',
    chosenOption: description,
    alternatives: [],
    confidence: 1,
    rationale: definitionOfDone === '' ? 'As asked.' : `Done means: ${definitionOfDone}`,
    payload: {},
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}

/** What must be there once `prepare` has answered. Its absence is a mistake in the chart, and the proof looks for it. */
export function workplace(context: PlanContext): { sandbox: SandboxHandle; startTree: string } {
  const { startTree } = context;
  if (startTree === null) throw new TypeError('the plan works before its sandbox is prepared');
  return { sandbox: sandboxOf(context), startTree };
}

/** The sandbox, where there must be one. */
export function sandboxOf({ sandbox }: PlanContext): SandboxHandle {
  if (sandbox === null) throw new TypeError('the plan needs its sandbox and has none');
  return sandbox;
}

/** The rollback under way. Asked for only while there is one. */
export function rollbackOf({ rollback }: PlanContext): NonNullable<PlanContext['rollback']> {
  if (rollback === null) throw new TypeError('the plan goes back without having been told where to');
  return rollback;
}

/** A tree that must have been made by now. */
export function made(context: PlanContext, which: 'workTree' | 'mergedTree' | 'resultTree'): string {
  const tree = context[which];
  if (tree === null) throw new TypeError(`the plan uses its ${which} before it is made`);
  return tree;
}

/** Where the execution agent begins: at the start of the attempt, or where the plan was taken back to. */
export function beginOf(context: PlanContext): { tree: string; sequence: number | null } {
  const { resumeFrom } = context;
  return resumeFrom === null
    ? { tree: workplace(context).startTree, sequence: null }
    : { tree: resumeFrom.tree, sequence: resumeFrom.sequence };
}

/** The tree we left in the sandbox, where a plan rests and nobody else should write into it; null where we might be writing. */
export function treeLeft({ place, mergedTree, lastTree }: PlanContext): string | null {
  if (place.state === 'conflicted') return mergedTree;
  return ['complete', 'errored', 'queued'].includes(place.state) ? lastTree : null;
}

/** Where a paused plan was; where it is, if it is not paused. */
export function placeBefore({ pausedFrom, place }: Pick<PlanContext, 'pausedFrom' | 'place'>): Place {
  return pausedFrom ?? place;
}

/** Where the result goes; the user's checkout unless someone said otherwise. */
export function targetOf({ applyTarget }: Pick<PlanContext, 'applyTarget'>): ApplyTarget {
  return applyTarget ?? { kind: 'checkout' };
}

/** Why the plan is being called back, as its children and its sandbox's ref are told. */
export function recallReason({ cancelReason, error }: Pick<PlanContext, 'cancelReason' | 'error'>): string {
  return cancelReason ?? error?.message ?? 'The plan is taken back';
}

/** What went wrong. A failure that left no fault would be a mistake of ours, and still must not keep a plan from ending. */
export function faultOf({ error }: Pick<PlanContext, 'error'>): StoredFault {
  return error ?? new Fault('INTERNAL', 'The plan failed without saying why', { retriable: false }).toJSON();
}
