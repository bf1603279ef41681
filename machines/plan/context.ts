/** The context of the plan machine. Small JSON; all of it survives a restart. */

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
import type { GroupMerge } from '../../src/model/subplan.ts';
import type { ApplyTarget } from '../../src/model/target.ts';
import type { EffectOutput, SandboxRef, SubplanTree } from '../effects.ts';

/** Position of a plan in its lifecycle. */
export interface PlanPosition {
  phase: Phase;
  state: PlanState;
}

/** Input of the plan machine. */
export interface PlanInput {
  spec: PlanSpec;
  /** Number of the attempt; a supervisor increments it when it retries a child. @default 1 */
  attempt?: number;
  /**
   * Whether the parent grants slots: it receives `slot.requested` and `slot.released`, and grants with `start`. A
   * child starts with a slot.
   * @default false
   */
  usesSlots?: boolean;
}

/** Where Execute starts, when not at the beginning. */
export interface ResumePoint {
  tree: string;
  /** Calls made up to here are answered from the journal; null: none. */
  sequence: number | null;
  /** Spawn decisions up to here are already merged into the files. */
  mergedUpTo: number | null;
  /** The agent's work is already in the files, and only children run. */
  isAgentWorkDone: boolean;
  /** For a fork: calls of the plan it was forked from come first. */
  inherits: boolean;
}

/** Context of the plan machine. */
export interface PlanContext extends PlanProgress {
  spec: PlanSpec;
  position: PlanPosition;
  /** The plan waits for a command: it is in a state with the tag `resting`. */
  resting: boolean;
  /** Position to return to on resume; null unless paused. */
  pausedFrom: PlanPosition | null;
  /** The reconciled invariants; null until the first reconciliation. */
  invariants: Invariant[] | null;
  /** Whether the prompt_definition is recorded. */
  promptRecorded: boolean;
  /** Whether this attempt's strategy is complete, or none was requested. */
  strategyReady: boolean;
  /** `execute` was received before Strategize was complete: continue without stopping there. */
  autoExecute: boolean;
  approved: boolean;
  usesSlots: boolean;
  /** Whether the actor of a group of subplans exists. */
  subplansRunning: boolean;
  /** Whether a merge actor exists. */
  mergeRunning: boolean;
  /** Results of completed children, in recorded order. */
  results: SubplanTree[];
  mergeStrategy: GroupMerge;
  mergedTree: string | null;
  /** Resolved conflicts, with their resolutions. */
  resolutions: Record<string, Resolution>;
  /** The tree of the newest checkpoint: the sandbox content when the plan stopped to wait. */
  lastTree: string | null;
  /** The current rollback; `done` is set once the files are restored. */
  rollback: { order: RollbackRequest; decision: DecisionDraft; done: EffectOutput<'rollback'> | null } | null;
  /** The current correction; its files exist once `sandbox` is set. */
  correction: {
    order: CorrectionRequest;
    present: CheckpointDraft | null;
    sandbox: SandboxRef | null;
  } | null;
  /** Where Execute starts since the last rollback or correction; null for the beginning. */
  resumeFrom: ResumePoint | null;
  /** Options of the requested apply; null or absent when there are none. */
  applyRequest?: ApplyInstructions | null;
  /** The current partial apply; `rebases`: later work starts from everything in the new commit. */
  partialApply?: { order: PartialApplyRequest; rebases: boolean } | null;
  /** The run of the execution agent that produced the work; null before the first. */
  run: string | null;
  /** Children of earlier attempts, or of a failed group, whose results may be reused. */
  reusablePlanIds: string[];
  /** Why the plan is being stopped; null unless it is. */
  stopReason: 'cancel' | 'revert' | 'expire' | null;
}

/** Returns the initial context of the plan machine. */
export function createPlanContext({ spec, attempt = 1, usesSlots = false }: PlanInput): PlanContext {
  return {
    spec,
    position: { phase: 'strategize', state: 'queued' },
    resting: false,
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
    appliedParts: [],
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

/** Returns where an attempt starts: at the beginning, or for a fork at the checkpoint of the other plan. */
export function initialResumePoint({ forkedFrom }: PlanSpec, inherits = false): ResumePoint | null {
  return forkedFrom && { tree: forkedFrom.treeOid, sequence: null, mergedUpTo: null, isAgentWorkDone: false, inherits };
}

/** The context at the start of an attempt. */
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
  bisection: null,
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

/** Returns the spec for effects, with the invariants that are in force. */
export function effectiveSpec({ spec, invariants }: PlanContext): PlanSpec {
  return invariants === null ? spec : { ...spec, invariants };
}

/** Returns the root of a plan's decision tree: the prompt. */
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

/** Returns what `prepare` created. A missing value is a bug in the machine; `npm run prove` looks for it. */
export function requireSandboxAndStart(context: PlanContext): { sandbox: SandboxRef; startTree: string } {
  const { startTree } = context;
  if (startTree === null) throw new TypeError('the plan works before its sandbox is prepared');
  return { sandbox: requireSandbox(context), startTree };
}

/** Returns the sandbox, in states that have one. */
export function requireSandbox({ sandbox }: PlanContext): SandboxRef {
  if (sandbox === null) throw new TypeError('the plan needs its sandbox and has none');
  return sandbox;
}

/** Returns the current rollback. Call it only during a rollback. */
export function requireRollback({ rollback }: PlanContext): NonNullable<PlanContext['rollback']> {
  if (rollback === null) throw new TypeError('the plan rolls back without a request');
  return rollback;
}

/** Returns the current correction. Call it only during a correction. */
export function requireCorrection({ correction }: PlanContext): NonNullable<PlanContext['correction']> {
  if (correction === null) throw new TypeError('the plan is corrected without a request');
  return correction;
}

/** Returns a tree that exists in this state. */
export function requireTree(context: PlanContext, which: 'workTree' | 'mergedTree' | 'resultTree'): string {
  const tree = context[which];
  if (tree === null) throw new TypeError(`the plan uses its ${which} before it is made`);
  return tree;
}

/** Returns the tree expected in the sandbox while the plan waits; null while the plan may be writing. */
export function expectedSandboxTree({ position, mergedTree, lastTree }: PlanContext): string | null {
  if (position.state === 'conflicted') return mergedTree;
  return ['complete', 'errored', 'queued'].includes(position.state) ? lastTree : null;
}

/** Returns the approvals of tool calls. */
export function approvalsOf({ approvals = [] }: Pick<PlanContext, 'approvals'>): readonly Approval[] {
  return approvals;
}

/** Returns the findings of the last review of the result. */
export function findingsOf({ findings = [] }: Pick<PlanContext, 'findings'>): readonly Finding[] {
  return findings;
}

/** Returns the current partial apply; null when there is none. */
export function activePartialApply({
  partialApply = null,
}: Pick<PlanContext, 'partialApply'>): { order: PartialApplyRequest; rebases: boolean } | null {
  return partialApply;
}

/** Returns the current partial apply. Call it only during one. */
export function requireActivePartialApply(context: Pick<PlanContext, 'partialApply'>): {
  order: PartialApplyRequest;
  rebases: boolean;
} {
  const part = activePartialApply(context);
  if (part === null) throw new TypeError('a partial apply ended that the plan does not have');
  return part;
}

/** Returns the parts that were applied. */
export function appliedPartsOf({ appliedParts = [] }: Pick<PlanContext, 'appliedParts'>): readonly AppliedPart[] {
  return appliedParts;
}

/** Returns the subplans whose work was applied. */
export function appliedPlanIds(context: Pick<PlanContext, 'appliedParts'>): string[] {
  return appliedPartsOf(context).flatMap(({ subplans }) => subplans);
}

/** Returns the position before a pause; the current position when the plan is not paused. */
export function positionBeforePause({
  pausedFrom,
  position,
}: Pick<PlanContext, 'pausedFrom' | 'position'>): PlanPosition {
  return pausedFrom ?? position;
}

/** Returns the apply target; your checkout by default. */
export function applyTargetOf({ applyTarget }: Pick<PlanContext, 'applyTarget'>): ApplyTarget {
  return applyTarget ?? { kind: 'checkout' };
}

/** Returns why the plan is being stopped, for its children and for the ref of its sandbox. */
export function stopReasonText({ cancelReason, error }: Pick<PlanContext, 'cancelReason' | 'error'>): string {
  return cancelReason ?? error?.message ?? 'The plan is taken back';
}

/** Returns the error. A failure without one is a bug, but must not keep a plan from ending. */
export function errorOf({ error }: Pick<PlanContext, 'error'>): SerializedError {
  return error ?? new TroupeError('INTERNAL', 'The plan failed without saying why', { retriable: false }).toJSON();
}
