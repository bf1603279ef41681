/** Guards of the plan machine. Each is pure: it reads only the context and the event. */

import type { PartialApplyRequest } from '../../src/model/apply.ts';
import type { Resolution } from '../../src/model/conflict.ts';
import type { CorrectionRequest } from '../../src/model/correction.ts';
import { primaryProject } from '../../src/model/primary-project.ts';
import { meetsThreshold, thresholdNames } from '../../src/model/profile.ts';
import { resolutionError } from '../../src/model/resolution.ts';
import { blockingFindings, type Finding } from '../../src/model/review.ts';
import { allRequiredPassed, missingResults, type ValidationResult } from '../../src/model/validation.ts';
import { type ApplyMachineOutput, isApplySuccessful } from '../apply.machine.ts';
import type { SubplanSpec } from '../effects.ts';
import {
  hasChanges,
  hasExecuteFiles,
  isApplyingPart,
  mayApply,
  mayApplyPart,
  mayCancel,
  mayCorrect,
  mayExecute,
  mayPause,
  mayPrompt,
  mayResolve,
  mayResume,
  mayRevert,
  mayRollBack,
} from './command-guards.ts';
import { approvalsOf, type PlanContext } from './context.ts';

type GuardArgs = { context: PlanContext };

/** A guard that needs the context alone. */
const contextGuard =
  (may: (context: PlanContext) => boolean) =>
  ({ context }: GuardArgs) =>
    may(context);

export const guards = {
  mayExecute: contextGuard(mayExecute),
  mayApply: contextGuard(mayApply),
  mayResume: contextGuard(mayResume),
  mayPause: contextGuard(mayPause),
  mayRevert: contextGuard(mayRevert),
  mayPrompt: contextGuard(mayPrompt),
  mayRollBack: contextGuard(mayRollBack),
  mayCancel: contextGuard(mayCancel),
  isSubplan: ({ context }: GuardArgs) => context.spec.depth > 0,
  hasNoStrategyAgent: ({ context }: GuardArgs) => context.spec.actors.strategy === null,
  hasEstimationAgent: ({ context }: GuardArgs) => context.spec.actors.estimation !== null,
  /**
   * Children, and plans that received `execute`, do not stop between Strategize and Execute; for others the profile
   * decides.
   */
  continuesToExecute: ({ context }: GuardArgs) =>
    context.spec.depth > 0 ||
    context.autoExecute ||
    (meetsThreshold(context.spec.profileSnapshot, 'startExecute', context.confidence) && meetsThresholds(context)),
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
  mayResolve: ({ context }: GuardArgs, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) =>
    mayResolve(context) &&
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
  needsMessage: ({ context: { spec, changeSet } }: GuardArgs) =>
    spec.depth === 0 && spec.actors.apply !== null && (changeSet?.files.length ?? 0) > 0,
  hasNoConflicts: ({ context }: GuardArgs) => context.conflicts.length === 0,
  mayApplyAutomatically: ({ context }: GuardArgs) =>
    meetsThreshold(context.spec.profileSnapshot, 'startApply', context.confidence) && hasChanges(context),
  isApproved: ({ context }: GuardArgs) =>
    context.approved || meetsThreshold(context.spec.profileSnapshot, 'startApply', context.confidence),
  isApplySuccessful: (_: GuardArgs, output: ApplyMachineOutput) => isApplySuccessful(output),
  isApplyFailed: (_: GuardArgs, { outcome }: { outcome: string }) => outcome === 'failed',
  /** The selection was made from the plan's current attempt and base. */
  mayApplyPart: ({ context }: GuardArgs, { order }: { order: Pick<PartialApplyRequest, 'attempt' | 'baseTree'> }) =>
    mayApplyPart(context) &&
    order.attempt === context.attempt &&
    order.baseTree === primaryProject(context.spec).baseTree,
  isNotApplyingPart: ({ context }: GuardArgs) => !isApplyingPart(context),
  /** An addition needs a result to add to; a change of what Execute made needs its files. */
  mayCorrect: ({ context }: GuardArgs, { order }: { order: Pick<CorrectionRequest, 'mode' | 'from'> }) => {
    if (!mayCorrect(context)) return false;
    if (order.mode === 'append') return context.resultTree !== null && context.position.state !== 'processing';
    return order.from === 'strategize' || hasExecuteFiles(context);
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
  /** The plan has not read the project yet. */
  isNotStarted: ({ context }: GuardArgs) => context.sandbox === null && !context.promptRecorded,
  isApplied: ({ context }: GuardArgs) => context.position.state === 'applied',
  isComplete: ({ context }: GuardArgs) => context.position.state === 'complete',
};

/** Returns whether each kind of decision reached the confidence the profile requires. */
function meetsThresholds({ spec, confidenceByThreshold = {} }: PlanContext): boolean {
  return thresholdNames.every(name => {
    const confidence = confidenceByThreshold[name];
    return confidence === undefined || meetsThreshold(spec.profileSnapshot, name, confidence);
  });
}
