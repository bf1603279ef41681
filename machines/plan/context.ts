/** What a plan remembers: what it is, how far it came, and what is under way. Small JSON, all of it survives a restart. */

import type { AppliedPart, ApplyInstructions, PartialApplyRequest } from '../../src/model/apply.ts';
import type { Approval } from '../../src/model/approval.ts';
import type { CheckpointDraft, RollbackRequest } from '../../src/model/checkpoint.ts';
import type { Resolution } from '../../src/model/conflict.ts';
import type { CorrectionRequest } from '../../src/model/correction.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import { type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { Invariant } from '../../src/model/invariant.ts';
import type { Phase, PlanProgress, PlanSpec, PlanState } from '../../src/model/plan.ts';
import type { Finding } from '../../src/model/review.ts';
import type { MergeStrategy } from '../../src/model/subplan.ts';
import type { ApplyTarget } from '../../src/model/target.ts';
import type { EffectInput, EffectOutput, SandboxRef, SubplanTree } from '../effects.ts';

/** Where a plan stands. */
export interface PlanPosition {
  phase: Phase;
  state: PlanState;
}

export interface PlanInput {
  spec: PlanSpec;
  /** Which try this is; a supervisor counts up when it retries a child. @default 1 */
  attempt?: number;
  /**
   * Whether the parent grants slots: it is told `slot.requested` and `slot.released`, and grants with `start`. A child is begun with one.
   * @default false
   */
  usesSlots?: boolean;
}

/** Where Execute begins when that is not the beginning. */
export interface ResumePoint {
  tree: string;
  /** Calls made by then are answered; null when none is. */
  sequence: number | null;
  /** Spawn decisions up to here are in the files already. */
  mergedUpTo: number | null;
  /** The agent's work is in the files already, and only children are wanted. */
  isAgentWorkDone: boolean;
  /** For a fork: calls of the plan it was forked from come first. */
  inherits: boolean;
}

export interface PlanContext extends PlanProgress {
  spec: PlanSpec;
  position: PlanPosition;
  /** Where to go back to when resumed; null unless paused. */
  pausedFrom: PlanPosition | null;
  /** The reconciled invariants; null until the first reconciliation. */
  invariants: Invariant[] | null;
  /** Whether the prompt_definition is recorded. */
  promptRecorded: boolean;
  /** Whether this attempt's strategy is in, or none was wanted. */
  strategyReady: boolean;
  /** `execute` was asked for before Strategize was complete: go on without stopping there. */
  autoExecute: boolean;
  approved: boolean;
  usesSlots: boolean;
  /** Whether a group of subplans lives. */
  subplansRunning: boolean;
  /** Whether a merge lives. */
  mergeRunning: boolean;
  /** What completed children made, in recorded order. */
  results: SubplanTree[];
  mergeStrategy: MergeStrategy;
  mergedTree: string | null;
  /** Conflicts that were settled, and how. */
  resolutions: Record<string, Resolution>;
  /** The tree of the newest checkpoint: what we left in the sandbox when the plan came to rest. */
  lastTree: string | null;
  /** A rollback under way; `done` once the files are back. */
  rollback: { order: RollbackRequest; decision: DecisionDraft; done: EffectOutput<'rollback'> | null } | null;
  /** A correction under way; its files are there once it is `sandbox`. */
  correction: {
    order: CorrectionRequest;
    present: CheckpointDraft | null;
    sandbox: SandboxRef | null;
  } | null;
  /** Where Execute begins since the last rollback or correction; null for the beginning. */
  resumeFrom: ResumePoint | null;
  /** What was said of the landing that is wanted; absent in what older versions stored. */
  applyRequest?: ApplyInstructions | null;
  /** A part on its way home; `rebases`: what is done next begins with all that the landed commit holds. */
  partialApply?: { order: PartialApplyRequest; rebases: boolean } | null;
  /** The run of the execution agent that made the work; null before one did. */
  run: string | null;
  /** Children of earlier attempts, or of a group that failed, whose results may be used again. */
  reusablePlanIds: string[];
  /** Why the plan is being stopped; null unless it is. */
  stopReason: 'cancel' | 'revert' | 'expire' | null;
}

export function createPlanContext({ spec, attempt = 1, usesSlots = false }: PlanInput): PlanContext {
  return {
    spec,
    position: { phase: 'strategize', state: 'queued' },
    pausedFrom: null,
    invariants: null,
    guidance: spec.guidance,
    guidanceDelivered: 0,
    promptRecorded: attempt > 1,
    strategyReady: false,
    autoExecute: false,
    approved: false,
    usesSlots,
    slot: usesSlots && spec.depth > 0 ? 'held' : 'none',
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
    partialApply: null,
    rollback: null,
    correction: null,
    resumeFrom: initialResumePoint(spec, spec.forkedFrom?.continues),
    run: null,
    reusablePlanIds: [],
    stopReason: null,
    ...emptyAttempt,
    mergeStrategy: spec.subplanConfig.mergeStrategy,
  };
}

/** Where an attempt begins: at the start, or for a fork where the other plan was. */
export function initialResumePoint({ forkedFrom }: PlanSpec, inherits = false): ResumePoint | null {
  return forkedFrom && { tree: forkedFrom.treeOid, sequence: null, mergedUpTo: null, isAgentWorkDone: false, inherits };
}

/** What an attempt starts with: nothing done, nothing made. */
export const emptyAttempt = {
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
  applyRequest: null,
  subplansRunning: false,
  subplansWait: false,
  mergeRunning: false,
  results: [],
} satisfies Partial<PlanContext>;

/** The spec as effects see it: with the invariants that are in force. */
export function effectiveSpec({ spec, invariants }: PlanContext): PlanSpec {
  return invariants === null ? spec : { ...spec, invariants };
}

/** The root of a plan's decision tree: what it was asked to do. */
export function promptDefinition({ planId, decisionRootId, description, definitionOfDone }: PlanSpec): DecisionDraft {
  return {
    decisionId: decisionRootId,
    planId,
    parentDecisionId: null,
    type: 'prompt_definition',
    question: 'Goal',
    chosenOption: description,
    alternatives: [],
    confidence: 1,
    rationale: definitionOfDone === '' ? 'Requested by the user.' : `Done means: ${definitionOfDone}`,
    payload: {},
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
  };
}

/** What must be there once `prepare` has answered. Its absence is a mistake in the chart, and the proof looks for it. */
export function requireSandboxAndStart(context: PlanContext): { sandbox: SandboxRef; startTree: string } {
  const { startTree } = context;
  if (startTree === null) throw new TypeError('the plan works before its sandbox is prepared');
  return { sandbox: requireSandbox(context), startTree };
}

/** The sandbox, where there must be one. */
export function requireSandbox({ sandbox }: PlanContext): SandboxRef {
  if (sandbox === null) throw new TypeError('the plan needs its sandbox and has none');
  return sandbox;
}

/** The rollback under way. Asked for only while there is one. */
export function requireRollback({ rollback }: PlanContext): NonNullable<PlanContext['rollback']> {
  if (rollback === null) throw new TypeError('the plan goes back without having been told where to');
  return rollback;
}

/** The correction under way. Asked for only while there is one. */
export function requireCorrection({ correction }: PlanContext): NonNullable<PlanContext['correction']> {
  if (correction === null) throw new TypeError('the plan is corrected without having been told what');
  return correction;
}

/** A tree that must have been made by now. */
export function requireTree(context: PlanContext, which: 'workTree' | 'mergedTree' | 'resultTree'): string {
  const tree = context[which];
  if (tree === null) throw new TypeError(`the plan uses its ${which} before it is made`);
  return tree;
}

/** Where the execution agent begins: at the start of the attempt, or where the plan was taken back to. */
export function executionStart(context: PlanContext): EffectInput<'execute'>['begin'] {
  const { resumeFrom } = context;
  if (resumeFrom === null) return { tree: requireSandboxAndStart(context).startTree, sequence: null, inherits: false };
  const { tree, sequence, inherits } = resumeFrom;
  return { tree, sequence, inherits };
}

/** The tree we left in the sandbox, where a plan rests and nobody else should write into it; null where we might be writing. */
export function expectedSandboxTree({ position, mergedTree, lastTree }: PlanContext): string | null {
  if (position.state === 'conflicted') return mergedTree;
  return ['complete', 'errored', 'queued'].includes(position.state) ? lastTree : null;
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
export function activePartialApply({
  partialApply = null,
}: Pick<PlanContext, 'partialApply'>): { order: PartialApplyRequest; rebases: boolean } | null {
  return partialApply;
}

/** The same, asked for only while there is one. */
export function requireActivePartialApply(context: Pick<PlanContext, 'partialApply'>): {
  order: PartialApplyRequest;
  rebases: boolean;
} {
  const part = activePartialApply(context);
  if (part === null) throw new TypeError('a landing is over of which the plan does not know');
  return part;
}

/** Parts that are home. */
export function appliedPartsOf({ landings = [] }: Pick<PlanContext, 'landings'>): readonly AppliedPart[] {
  return landings;
}

/** Subplans whose work is home. */
export function appliedPlanIds(context: Pick<PlanContext, 'landings'>): string[] {
  return appliedPartsOf(context).flatMap(({ subplans }) => subplans);
}

/** Where a paused plan was; where it is, if it is not paused. */
export function positionBeforePause({
  pausedFrom,
  position,
}: Pick<PlanContext, 'pausedFrom' | 'position'>): PlanPosition {
  return pausedFrom ?? position;
}

/** Where the result goes; the user's checkout unless someone said otherwise. */
export function applyTargetOf({ applyTarget }: Pick<PlanContext, 'applyTarget'>): ApplyTarget {
  return applyTarget ?? { kind: 'checkout' };
}

/** Why the plan is being stopped, as its children and its sandbox's ref are told. */
export function stopReasonText({ cancelReason, error }: Pick<PlanContext, 'cancelReason' | 'error'>): string {
  return cancelReason ?? error?.message ?? 'The plan is taken back';
}

/** What went wrong. A failure that left no error would be a mistake of ours, and still must not keep a plan from ending. */
export function errorOf({ error }: Pick<PlanContext, 'error'>): SerializedError {
  return error ?? new TroupeError('INTERNAL', 'The plan failed without saying why', { retriable: false }).toJSON();
}
