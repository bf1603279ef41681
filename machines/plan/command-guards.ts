/**
 * Which commands a plan accepts. Each function reads the context alone: the chart guards its transitions with it, and
 * `planStatus` lists the commands with it. `npm run prove` checks in every state that the two agree.
 */

import { blockingFindings } from '../../src/model/review.ts';
import { allRequiredPassed } from '../../src/model/validation.ts';
import type { PlanCommand } from '../effects.ts';
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

/** Where `execute` continues a plan that waits. */
const executePositions: readonly PlanPosition[] = [
  { phase: 'strategize', state: 'complete' },
  { phase: 'strategize', state: 'errored' },
  { phase: 'execute', state: 'queued' },
  { phase: 'execute', state: 'errored' },
];

/** Where a plan that waits can be reverted; during Execute it can also be reverted while it works. */
const revertPositions: readonly PlanPosition[] = [
  ...reviewedPositions,
  { phase: 'strategize', state: 'errored' },
  { phase: 'apply', state: 'queued' },
];

/** The commands in `availableCommands`, in this order, and when each is allowed. */
export const commandGuards = {
  execute: mayExecute,
  apply: mayApply,
  applyPart: mayApplyPart,
  approve: mayApprove,
  answerApproval: mayAnswerApproval,
  resolve: mayResolve,
  resume: mayResume,
  pause: mayPause,
  revert: mayRevert,
  prompt: mayPrompt,
  correct: mayCorrect,
  rollback: mayRollBack,
  cancel: mayCancel,
} satisfies Partial<Record<PlanCommand['type'], (context: PlanContext) => boolean>>;

/** The plan waits for it, or Strategize is running and has not received it: it then continues to Execute when complete. */
export function mayExecute(context: PlanContext): boolean {
  if (!isInPhase(context)) return false;
  if (isAt(context, 'strategize', 'queued') || isAt(context, 'strategize', 'processing')) return !context.autoExecute;
  return context.resting && isAnyOf(context.position, executePositions) && !isApplyingPart(context);
}

/** The reviewed result has not changed since, and can be applied; or an apply waits for approval. */
export function mayApply(context: PlanContext): boolean {
  if (!isInPhase(context) || !context.resting) return false;
  if (isAt(context, 'apply', 'queued')) return true;
  const isReady = hasReviewedResult(context) && hasChanges(context) && isResultValid(context);
  return isReady && !isApplyingPart(context);
}

/**
 * Some of its work is complete, at least its agent's own, and no apply is running. A child is applied through its
 * parent.
 */
export function mayApplyPart(context: PlanContext): boolean {
  const { spec, workTree, subplansRunning, resting } = context;
  if (spec.depth > 0 || workTree === null || isApplyingPart(context)) return false;
  // Before one attempt is chosen, none is a part of the result.
  if (context.mergeStrategy === 'chooseOne') return false;
  const isFinished = resting && isAnyOf(positionBeforePause(context), partialApplyPositions);
  return (isInPhase(context) || isPaused(context)) && (subplansRunning || isFinished);
}

export function mayApprove(context: PlanContext): boolean {
  return isInPhase(context) && context.resting && isAt(context, 'apply', 'queued');
}

export function mayAnswerApproval(context: PlanContext): boolean {
  return approvalsOf(context).length > 0;
}

export function mayResolve(context: PlanContext): boolean {
  const isConflicted = isAt(context, 'execute', 'conflicted') && context.conflicts.length > 0;
  return isInPhase(context) && isConflicted && !isApplyingPart(context);
}

export function mayResume(context: PlanContext): boolean {
  return isPaused(context) && !isApplyingPart(context);
}

/** Nothing interrupts the apply. */
export function mayPause(context: PlanContext): boolean {
  return isInPhase(context) && !isAt(context, 'apply', 'processing');
}

/** During Execute, also at work; elsewhere while the plan waits. */
export function mayRevert(context: PlanContext): boolean {
  if (!isInPhase(context) || !hasReversionsLeft(context)) return false;
  const { phase, state } = context.position;
  if (phase === 'execute' && state !== 'complete') return true;
  return context.resting && isAnyOf(context.position, revertPositions);
}

export function mayPrompt(context: PlanContext): boolean {
  return context.stopReason === null && !hasOutcome(context);
}

/** There is a strategy to change, and no apply is running. */
export function mayCorrect(context: PlanContext): boolean {
  return mayGoBack(context) && context.strategyReady;
}

/** There are files to restore, and no apply is running. */
export function mayRollBack(context: PlanContext): boolean {
  return mayGoBack(context) && hasExecuteFiles(context);
}

/** A plan that is being stopped for a revert can still be cancelled. */
export function mayCancel(context: PlanContext): boolean {
  return (context.stopReason === null || context.stopReason === 'revert') && !hasOutcome(context);
}

/** Whether the plan may revert once more, wherever it is. */
export function hasReversionsLeft(context: PlanContext): boolean {
  return context.reversionCount < reversionsMax && !isApplyingPart(context);
}

/** The result was reviewed and has not been changed since. */
export function hasReviewedResult({ position }: PlanContext): boolean {
  return isAnyOf(position, reviewedPositions);
}

/** Returns whether there is a reviewed result, also during a pause. */
export function isReviewed(context: PlanContext): boolean {
  return isAnyOf(positionBeforePause(context), reviewedPositions);
}

/** When all of it was applied in parts, nothing is left to apply and the plan ends. */
export function hasChanges(context: PlanContext): boolean {
  const { spec, changeSet } = context;
  return spec.allowEmpty || (changeSet?.files.length ?? 0) > 0 || appliedPartsOf(context).length > 0;
}

export function isResultValid(context: PlanContext): boolean {
  const { conflicts, validationResults } = context;
  const isUnblocked = blockingFindings(findingsOf(context)).length === 0;
  return conflicts.length === 0 && allRequiredPassed(validationResults) && isUnblocked;
}

export function isApplyingPart(context: PlanContext): boolean {
  return activePartialApply(context) !== null;
}

/** Returns whether there are files from Execute. */
export function hasExecuteFiles({ sandbox, position }: PlanContext): boolean {
  return sandbox !== null && position.phase !== 'strategize';
}

export function isAt({ position }: PlanContext, phase: string, state: string): boolean {
  return position.phase === phase && position.state === state;
}

function isAnyOf({ phase, state }: PlanPosition, positions: readonly PlanPosition[]): boolean {
  return positions.some(position => position.phase === phase && position.state === state);
}

/** A paused plan can be rolled back or corrected without being resumed first. */
function mayGoBack(context: PlanContext): boolean {
  if (isAt(context, 'apply', 'processing') || isApplyingPart(context)) return false;
  return isInPhase(context) || isPaused(context);
}

/** In one of its phases: not held by a pause, a rollback or a correction, not being stopped, and not ended. */
function isInPhase(context: PlanContext): boolean {
  const { pausedFrom, rollback, correction, stopReason } = context;
  const isHeld = pausedFrom !== null || rollback !== null || correction !== null;
  return !isHeld && stopReason === null && !hasOutcome(context);
}

/** Paused, and not about to continue. */
function isPaused({ position, resting }: PlanContext): boolean {
  return position.state === 'paused' && resting;
}

/** The outcome is decided, and at most the sandbox is left to remove. A subplan has one with its result or its failure. */
function hasOutcome({ position: { phase, state }, spec }: PlanContext): boolean {
  if (state === 'applied' || state === 'cancelled') return true;
  return spec.depth > 0 && (state === 'errored' || (phase === 'execute' && state === 'complete'));
}
