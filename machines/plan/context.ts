/** What a plan remembers: what it is, how far it came, and what is under way. Small JSON, all of it survives a restart. */
import type { Approval } from '../../src/model/approval.ts';
import type { CheckpointDraft, RollbackOrder } from '../../src/model/checkpoint.ts';
import type { Resolution } from '../../src/model/conflict.ts';
import type { CorrectionOrder } from '../../src/model/correction.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import { Fault, type StoredFault } from '../../src/model/fault.ts';
import type { Invariant } from '../../src/model/invariant.ts';
import type { LandedPart, LandingOrder, PartOrder } from '../../src/model/landing.ts';
import type { Phase, PlanProgress, PlanSpec, PlanState } from '../../src/model/plan.ts';
import type { Finding } from '../../src/model/review.ts';
import type { MergeStrategy } from '../../src/model/subplan.ts';
import type { ApplyTarget } from '../../src/model/target.ts';
import type { ChildTree, EffectInput, EffectOutput, SandboxHandle } from '../contract.ts';

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
   * Whether the parent grants slots: it is told `slot.wanted` and `slot.freed`, and grants with `start`. A child is begun with one.
   * @default false
   */
  gated?: boolean;
}

/** Where Execute begins when that is not the beginning. */
export interface Resumption {
  tree: string;
  /** Calls made by then are answered; null when none is. */
  sequence: number | null;
  /** Spawn decisions up to here are in the files already. */
  mergedUpTo: number | null;
  /** The agent's work is in the files already, and only children are wanted. */
  isWorked: boolean;
  /** For a fork: calls of the plan it was forked from come first. */
  inherits: boolean;
}

export interface PlanContext extends PlanProgress {
  spec: PlanSpec;
  place: Place;
  /** Where to go back to when resumed; null unless paused. */
  pausedFrom: Place | null;
  /** The reconciled invariants; null until the first reconciliation. */
  invariants: Invariant[] | null;
  /** Whether the prompt_definition is recorded. */
  rooted: boolean;
  /** Whether this attempt's strategy is in, or none was wanted. */
  strategized: boolean;
  /** `execute` was asked for before Strategize was complete: go on without stopping there. */
  hurried: boolean;
  approved: boolean;
  gated: boolean;
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
  /** A correction under way; its files are there once it is `sandbox`. */
  correction: {
    order: CorrectionOrder;
    present: CheckpointDraft | null;
    sandbox: SandboxHandle | null;
  } | null;
  /** Where Execute begins since the last rollback or correction; null for the beginning. */
  resumeFrom: Resumption | null;
  /** What was said of the landing that is wanted; absent in what older versions stored. */
  landing?: LandingOrder | null;
  /** A part on its way home; `rebases`: what is done next begins with all that the landed commit holds. */
  part?: { order: PartOrder; rebases: boolean } | null;
  /** The run of the execution agent that made the work; null before one did. */
  run: string | null;
  /** Children of earlier attempts, or of a group that failed, whose results may be used again. */
  kept: string[];
  /** Why the plan is being called back; null unless it is. */
  recall: 'cancel' | 'revert' | 'expire' | null;
}

export function freshContext({ spec, attempt = 1, gated = false }: PlanInput): PlanContext {
  return {
    spec,
    place: { phase: 'strategize', state: 'queued' },
    pausedFrom: null,
    invariants: null,
    guidance: spec.guidance,
    guidanceGiven: 0,
    rooted: attempt > 1,
    strategized: false,
    hurried: false,
    approved: false,
    gated,
    slot: gated && spec.depth > 0 ? 'held' : 'none',
    attempt,
    reversionCount: 0,
    confidence: 1,
    estimate: null,
    lastCheckpointId: null,
    error: null,
    errorMessage: null,
    errorDetails: {},
    waiting: null,
    approvals: [],
    queue: null,
    cancelReason: null,
    applySummary: null,
    landings: [],
    part: null,
    rollback: null,
    correction: null,
    resumeFrom: beginningOf(spec, spec.forkedFrom?.goesOn),
    run: null,
    kept: [],
    recall: null,
    ...untouched,
    mergeStrategy: spec.subplanConfig.mergeStrategy,
  };
}

/** Where an attempt begins: at the start, or for a fork where the other plan was. */
export function beginningOf({ forkedFrom }: PlanSpec, inherits = false): Resumption | null {
  return forkedFrom && { tree: forkedFrom.treeOid, sequence: null, mergedUpTo: null, isWorked: false, inherits };
}

/** What an attempt starts with: nothing done, nothing made. */
export const untouched = {
  lastCompletedStep: -1,
  sandbox: null,
  startTree: null,
  lastTree: null,
  workTree: null,
  mergedTree: null,
  merged: null,
  resultTree: null,
  changeSet: null,
  subplanStatuses: [],
  conflicts: [],
  resolutions: {},
  validationResults: [],
  findings: [],
  commitMessage: null,
  toolCalls: 0,
  applyTarget: null,
  landing: null,
  grouped: false,
  subplansWait: false,
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

/** The correction under way. Asked for only while there is one. */
export function correctionOf({ correction }: PlanContext): NonNullable<PlanContext['correction']> {
  if (correction === null) throw new TypeError('the plan is corrected without having been told what');
  return correction;
}

/** A tree that must have been made by now. */
export function made(context: PlanContext, which: 'workTree' | 'mergedTree' | 'resultTree'): string {
  const tree = context[which];
  if (tree === null) throw new TypeError(`the plan uses its ${which} before it is made`);
  return tree;
}

/** Where the execution agent begins: at the start of the attempt, or where the plan was taken back to. */
export function beginOf(context: PlanContext): EffectInput<'execute'>['begin'] {
  const { resumeFrom } = context;
  if (resumeFrom === null) return { tree: workplace(context).startTree, sequence: null, inherits: false };
  const { tree, sequence, inherits } = resumeFrom;
  return { tree, sequence, inherits };
}

/** The tree we left in the sandbox, where a plan rests and nobody else should write into it; null where we might be writing. */
export function treeLeft({ place, mergedTree, lastTree }: PlanContext): string | null {
  if (place.state === 'conflicted') return mergedTree;
  return ['complete', 'errored', 'queued'].includes(place.state) ? lastTree : null;
}

/** Tool calls that wait for a person. */
export function approvalsOf({ approvals = [] }: Pick<PlanContext, 'approvals'>): readonly Approval[] {
  return approvals;
}

/** What the last review of the result found. */
export function findingsOf({ findings = [] }: Pick<PlanContext, 'findings'>): readonly Finding[] {
  return findings;
}

/** The part that is on its way home; null when none is. */
export function partOf({ part = null }: Pick<PlanContext, 'part'>): { order: PartOrder; rebases: boolean } | null {
  return part;
}

/** The same, asked for only while there is one. */
export function partUnderWay(context: Pick<PlanContext, 'part'>): { order: PartOrder; rebases: boolean } {
  const part = partOf(context);
  if (part === null) throw new TypeError('a landing is over of which the plan does not know');
  return part;
}

/** Parts that are home. */
export function landingsOf({ landings = [] }: Pick<PlanContext, 'landings'>): readonly LandedPart[] {
  return landings;
}

/** Subplans whose work is home. */
export function landedPlans(context: Pick<PlanContext, 'landings'>): string[] {
  return landingsOf(context).flatMap(({ subplans }) => subplans);
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
