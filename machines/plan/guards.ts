/** Guards of the plan machine. Each is pure: it reads only the context and the event. */

import type { PartialApplyRequest } from '../../src/model/apply.ts';
import type { ChangeSet } from '../../src/model/change.ts';
import { type Resolution, resolutionError } from '../../src/model/conflict.ts';
import type { CorrectionRequest } from '../../src/model/correction.ts';
import { primaryProject } from '../../src/model/primary-project.ts';
import { meetsThreshold, thresholdNames } from '../../src/model/profile.ts';
import { blockingFindings, type Finding } from '../../src/model/review.ts';
import { allRequiredPassed, missingResults, type ValidationResult } from '../../src/model/validation.ts';
import type { SubplanSpec } from '../effects.ts';
import {
  activePartialApply,
  appliedPartsOf,
  approvalsOf,
  findingsOf,
  type PlanContext,
  type PlanPosition,
  positionBeforePause,
} from './context.ts';

/** How many times a plan may revert to Strategize. */
export const reversionsMax = 3;

type GuardArgs = { context: PlanContext };

export const guards = {
  isChild: ({ context }: GuardArgs) => context.spec.depth > 0,
  hasNoStrategyAgent: ({ context }: GuardArgs) => context.spec.actors.strategy === null,
  hasEstimationAgent: ({ context }: GuardArgs) => context.spec.actors.estimation !== null,
  /** Strategize is complete: the only way to Execute. */
  isStrategized: ({ context }: GuardArgs) => isAt(context, 'strategize', 'complete'),
  /** Strategize is running and `execute` was not sent yet: it then continues to Execute when complete. */
  mayAutoExecute: ({ context }: GuardArgs) =>
    !context.autoExecute && (isAt(context, 'strategize', 'queued') || isAt(context, 'strategize', 'processing')),
  /**
   * Children, and plans that received `execute`, do not stop between Strategize and Execute; for others the profile
   * decides.
   */
  continuesToExecute: ({ context }: GuardArgs) =>
    context.spec.depth > 0 ||
    context.autoExecute ||
    (meetsThreshold(context.spec.profileSnapshot, 'startExecute', context.confidence) && meetsThresholds(context)),
  mayRevert: ({ context }: GuardArgs) => context.reversionCount < reversionsMax && activePartialApply(context) === null,
  isReconciled: (_: GuardArgs, { outcome }: { outcome: string }) => outcome === 'reconciled',
  needsSlot: ({ context }: GuardArgs) => context.usesSlots && context.slot !== 'held',
  isWaitingForSlot: ({ context }: GuardArgs) => context.usesSlots && context.slot === 'wanted',
  /** The paused state needs a slot, and the plan released its own. */
  needsSlotToResume: ({ context: { usesSlots, slot, spec, pausedFrom } }: GuardArgs) => {
    if (!usesSlots || slot === 'held' || pausedFrom === null) return false;
    if (spec.depth > 0) return pausedFrom.state !== 'conflicted';
    return pausedFrom.phase === 'execute' && pausedFrom.state === 'processing';
  },
  hasSubplansToRun: (_: GuardArgs, { members }: { members: SubplanSpec[] }) => members.length > 0,
  isSubplansComplete: (_: GuardArgs, { outcome }: { outcome: string }) => outcome === 'complete',
  isMerged: (_: GuardArgs, { outcome }: { outcome: string }) => outcome === 'merged',
  isOpenConflict: (
    { context }: GuardArgs,
    { conflictId, resolution }: { conflictId: string; resolution: Resolution },
  ) =>
    activePartialApply(context) === null &&
    context.conflicts.some(each => each.conflictId === conflictId && resolutionError(each, resolution) === null),
  /** The outcome alone is not trusted: each required validation has a result that passed, and no finding blocks. */
  isValid: (
    { context }: GuardArgs,
    { outcome, results, findings }: { outcome: string; results: ValidationResult[]; findings: Finding[] },
  ) =>
    outcome === 'passed' &&
    allRequiredPassed(results) &&
    missingResults(context.spec.validations, results).length === 0 &&
    blockingFindings(findings).length === 0,
  /** A root plan with an agent for the commit message, and changes to commit. */
  needsMessage: ({ context }: GuardArgs, { changeSet }: { changeSet: ChangeSet }) =>
    context.spec.depth === 0 && context.spec.actors.apply !== null && countChanges(changeSet) > 0,
  /** The result was reviewed and has not been changed since. */
  isReviewedResult: ({ context }: GuardArgs) => isAnyOf(context.position, reviewedPositions),
  /** When all of it was applied in parts, nothing is left to apply and the plan ends. */
  hasChanges: ({ context }: GuardArgs) => isWorthApplying(context),
  hasNoConflicts: ({ context }: GuardArgs) => context.conflicts.length === 0,
  isResultValid: ({ context }: GuardArgs) =>
    context.conflicts.length === 0 &&
    allRequiredPassed(context.validationResults) &&
    blockingFindings(findingsOf(context)).length === 0,
  mayApplyAutomatically: ({ context }: GuardArgs) =>
    meetsThreshold(context.spec.profileSnapshot, 'startApply', context.confidence) && isWorthApplying(context),
  isApproved: ({ context }: GuardArgs) =>
    context.approved || meetsThreshold(context.spec.profileSnapshot, 'startApply', context.confidence),
  isApplySuccessful: (_: GuardArgs, { outcome, results }: { outcome: string; results: ValidationResult[] }) =>
    outcome === 'applied' && allRequiredPassed(results),
  /**
   * Some of its work is complete, at least its agent's own; no apply is running, and the selection matches the plan's
   * current attempt and base. A child is applied through its parent.
   */
  mayApplyPart: ({ context }: GuardArgs, { order }: { order: Pick<PartialApplyRequest, 'attempt' | 'baseTree'> }) =>
    context.spec.depth === 0 &&
    context.workTree !== null &&
    activePartialApply(context) === null &&
    (context.subplansRunning || isAnyOf(positionBeforePause(context), partialApplyPositions)) &&
    order.attempt === context.attempt &&
    order.baseTree === primaryProject(context.spec).baseTree,
  isApplyingPart: ({ context }: GuardArgs) => activePartialApply(context) !== null,
  isNotApplyingPart: ({ context }: GuardArgs) => activePartialApply(context) === null,
  /** There are files to restore, and no apply is running. */
  mayRollBack: ({ context }: GuardArgs) =>
    hasExecuteFiles(context) &&
    activePartialApply(context) === null &&
    !isAt(context, 'apply', 'processing') &&
    context.position.state !== 'applied',
  /** There is a strategy to change, or files to restore; an addition needs a result to add to. */
  mayCorrect: ({ context }: GuardArgs, { order }: { order: Pick<CorrectionRequest, 'mode' | 'from'> }) => {
    if (isAt(context, 'apply', 'processing') || context.position.state === 'applied' || activePartialApply(context))
      return false;
    if (order.mode === 'append') return context.resultTree !== null && context.position.state !== 'processing';
    return context.strategyReady && (order.from === 'strategize' || hasExecuteFiles(context));
  },
  isApprovalPending: ({ context }: GuardArgs, { approvalId }: { approvalId: string }) =>
    approvalsOf(context).some(approval => approval.approvalId === approvalId),
  hasInvariant: ({ context }: GuardArgs, { invariantId }: { invariantId: string }) =>
    context.spec.invariants.some(invariant => invariant.invariantId === invariantId),
  isCorrected: (_: GuardArgs, { outcome }: { outcome: string }) => outcome === 'corrected',
  hasStrategy: ({ context }: GuardArgs) => context.strategyReady,
  isAgentWorkDone: ({ context }: GuardArgs) => context.resumeFrom?.isAgentWorkDone === true,
  hasSandbox: ({ context }: GuardArgs) => context.sandbox !== null,
  wasPaused: ({ context }: GuardArgs) => context.position.state === 'paused',
  hasRunningSubplans: ({ context }: GuardArgs) => context.subplansRunning,
  isReverting: ({ context }: GuardArgs) => context.stopReason === 'revert',
  /** Cancelled during the apply, before anything was applied. */
  isStoppedBeforeApply: ({ context }: GuardArgs, { outcome }: { outcome: string }) =>
    context.stopReason !== null && outcome !== 'applied',
  isStopping: ({ context }: GuardArgs) => context.stopReason !== null,
  isCancelled: ({ context }: GuardArgs) => context.stopReason === 'cancel',
  isConstrained: ({ context }: GuardArgs) => isAt(context, 'apply', 'constrained'),
  isErrored: ({ context }: GuardArgs) => isAt(context, 'apply', 'errored'),
  hasNoSandbox: ({ context }: GuardArgs) => context.sandbox === null,
  /** The plan has not read the project yet. */
  isNotStarted: ({ context }: GuardArgs) => context.sandbox === null && !context.promptRecorded,
  isApplied: ({ context }: GuardArgs) => context.position.state === 'applied',
  isComplete: ({ context }: GuardArgs) => context.position.state === 'complete',
};

const reviewedPositions: readonly PlanPosition[] = [
  { phase: 'execute', state: 'complete' },
  { phase: 'apply', state: 'constrained' },
  { phase: 'apply', state: 'errored' },
];

/** Where a part may be applied without running children: the plan waits, and its work does not change meanwhile. */
const partialApplyPositions: readonly PlanPosition[] = [
  ...reviewedPositions,
  { phase: 'execute', state: 'conflicted' },
  { phase: 'execute', state: 'errored' },
];

/** Returns whether there is a reviewed result, also during a pause. */
export function isReviewed(context: PlanContext): boolean {
  return isAnyOf(positionBeforePause(context), reviewedPositions);
}

function isAnyOf({ phase, state }: PlanPosition, positions: readonly PlanPosition[]): boolean {
  return positions.some(position => position.phase === phase && position.state === state);
}

function isWorthApplying(context: PlanContext): boolean {
  return context.spec.allowEmpty || countChanges(context.changeSet) > 0 || appliedPartsOf(context).length > 0;
}

/** Returns whether each kind of decision reached the confidence the profile requires. */
function meetsThresholds({ spec, confidenceByThreshold = {} }: PlanContext): boolean {
  return thresholdNames.every(name => {
    const confidence = confidenceByThreshold[name];
    return confidence === undefined || meetsThreshold(spec.profileSnapshot, name, confidence);
  });
}

function isAt({ position }: PlanContext, phase: string, state: string): boolean {
  return position.phase === phase && position.state === state;
}

/** Returns whether there are files from Execute. */
function hasExecuteFiles({ sandbox, position }: PlanContext): boolean {
  return sandbox !== null && position.phase !== 'strategize';
}

function countChanges(changeSet: ChangeSet | null): number {
  return changeSet?.files.length ?? 0;
}
