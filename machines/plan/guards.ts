/** The questions a plan asks before it moves. Each reads the context and what came with the event, nothing else. */
import type { ChangeSet } from '../../src/model/change.ts';
import { objection, type Resolution } from '../../src/model/conflict.ts';
import type { CorrectionOrder } from '../../src/model/correction.ts';
import type { PartOrder } from '../../src/model/landing.ts';
import { mainLink } from '../../src/model/link.ts';
import { permits, thresholdNames } from '../../src/model/profile.ts';
import { blockingIn, type Finding } from '../../src/model/review.ts';
import { requiredHold, unrunOf, type ValidationResult } from '../../src/model/validation.ts';
import type { Member } from '../contract.ts';
import { approvalsOf, findingsOf, landingsOf, type Place, type PlanContext, partOf, placeBefore } from './context.ts';

/** How often a plan may go back to Strategize. */
export const reversionsMax = 3;

type Asked = { context: PlanContext };

export const guards = {
  isChild: ({ context }: Asked) => context.spec.depth > 0,
  hasNoStrategist: ({ context }: Asked) => context.spec.actors.strategy === null,
  hasEstimator: ({ context }: Asked) => context.spec.actors.estimation !== null,
  /** Strategize is COMPLETE: the only gate to Execute. */
  isStrategized: ({ context }: Asked) => stands(context, 'strategize', 'complete'),
  /** Strategize is under way and nobody has asked for more yet: `execute` means to go on when it is complete. */
  isThinking: ({ context }: Asked) =>
    !context.hurried && (stands(context, 'strategize', 'queued') || stands(context, 'strategize', 'processing')),
  /** Children and hurried plans do not stop between Strategize and Execute; others as their profile says of each choice. */
  goesOn: ({ context }: Asked) =>
    context.spec.depth > 0 ||
    context.hurried ||
    (permits(context.spec.profileSnapshot, 'startExecute', context.confidence) && isConvinced(context)),
  mayRevert: ({ context }: Asked) => context.reversionCount < reversionsMax && partOf(context) === null,
  isReconciled: (_: Asked, { outcome }: { outcome: string }) => outcome === 'reconciled',
  needsSlot: ({ context }: Asked) => context.gated && context.slot !== 'held',
  wantsSlot: ({ context }: Asked) => context.gated && context.slot === 'wanted',
  /** What it goes back to needs a slot, and that was given back. */
  lostSlot: ({ context: { gated, slot, spec, pausedFrom } }: Asked) => {
    if (!gated || slot === 'held' || pausedFrom === null) return false;
    if (spec.depth > 0) return pausedFrom.state !== 'conflicted';
    return pausedFrom.phase === 'execute' && pausedFrom.state === 'processing';
  },
  hasMembers: (_: Asked, { members }: { members: Member[] }) => members.length > 0,
  isGathered: (_: Asked, { outcome }: { outcome: string }) => outcome === 'complete',
  isMerged: (_: Asked, { outcome }: { outcome: string }) => outcome === 'merged',
  isOpenConflict: ({ context }: Asked, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) =>
    partOf(context) === null &&
    context.conflicts.some(each => each.conflictId === conflictId && objection(each, resolution) === null),
  /** The outcome alone is not believed: each required check has a result that passed, and no finding blocks. */
  isValid: (
    { context }: Asked,
    { outcome, results, findings }: { outcome: string; results: ValidationResult[]; findings: Finding[] },
  ) =>
    outcome === 'passed' &&
    requiredHold(results) &&
    unrunOf(context.spec.validations, results).length === 0 &&
    blockingIn(findings).length === 0,
  /** A root plan with an agent for the commit message, and something to commit. */
  needsMessage: ({ context }: Asked, { changeSet }: { changeSet: ChangeSet }) =>
    context.spec.depth === 0 && context.spec.actors.apply !== null && changes(changeSet) > 0,
  /** The result was reviewed, and nothing of it was taken back since. */
  isExecuted: ({ context }: Asked) => isAnyOf(context.place, reviewed),
  /** Where all of it has landed in parts, there is nothing left to land, and that is the end of it. */
  hasChanges: ({ context }: Asked) => isWorthApplying(context),
  isSettled: ({ context }: Asked) => context.conflicts.length === 0,
  isSound: ({ context }: Asked) =>
    context.conflicts.length === 0 &&
    requiredHold(context.validationResults) &&
    blockingIn(findingsOf(context)).length === 0,
  mayApplyItself: ({ context }: Asked) =>
    permits(context.spec.profileSnapshot, 'startApply', context.confidence) && isWorthApplying(context),
  isApproved: ({ context }: Asked) =>
    context.approved || permits(context.spec.profileSnapshot, 'startApply', context.confidence),
  isLanded: (_: Asked, { outcome, results }: { outcome: string; results: ValidationResult[] }) =>
    outcome === 'landed' && requiredHold(results),
  /**
   * Something of it is finished, its agent's own work at least; nothing is on its way home, and the part is of the plan as
   * it is now. A child brings nothing home: its parent does.
   */
  mayLand: ({ context }: Asked, { order }: { order: Pick<PartOrder, 'attempt' | 'baseTree'> }) =>
    context.spec.depth === 0 &&
    context.workTree !== null &&
    partOf(context) === null &&
    (context.grouped || isAnyOf(placeBefore(context), landable)) &&
    order.attempt === context.attempt &&
    order.baseTree === mainLink(context.spec).baseTree,
  isLanding: ({ context }: Asked) => partOf(context) !== null,
  landsNothing: ({ context }: Asked) => partOf(context) === null,
  /** There are files to take back, and nothing is on its way home. */
  mayRollBack: ({ context }: Asked) =>
    hasWorked(context) &&
    partOf(context) === null &&
    !stands(context, 'apply', 'processing') &&
    context.place.state !== 'applied',
  /** There is a strategy to change, or there are files to take back; an addition needs a result to be added to. */
  mayCorrect: ({ context }: Asked, { order }: { order: Pick<CorrectionOrder, 'mode' | 'from'> }) => {
    if (stands(context, 'apply', 'processing') || context.place.state === 'applied' || partOf(context)) return false;
    if (order.mode === 'append') return context.resultTree !== null && context.place.state !== 'processing';
    return context.strategized && (order.from === 'strategize' || hasWorked(context));
  },
  isAsked: ({ context }: Asked, { approvalId }: { approvalId: string }) =>
    approvalsOf(context).some(approval => approval.approvalId === approvalId),
  isBoundBy: ({ context }: Asked, { invariantId }: { invariantId: string }) =>
    context.spec.invariants.some(invariant => invariant.invariantId === invariantId),
  isCorrected: (_: Asked, { outcome }: { outcome: string }) => outcome === 'corrected',
  hasStrategy: ({ context }: Asked) => context.strategized,
  isWorked: ({ context }: Asked) => context.resumeFrom?.isWorked === true,
  hasSandbox: ({ context }: Asked) => context.sandbox !== null,
  wasPaused: ({ context }: Asked) => context.place.state === 'paused',
  isGrouped: ({ context }: Asked) => context.grouped,
  isReverting: ({ context }: Asked) => context.recall === 'revert',
  /** Cancelled while landing, and nothing was landed. */
  isWithdrawn: ({ context }: Asked, { outcome }: { outcome: string }) =>
    context.recall !== null && outcome !== 'landed',
  isRecalled: ({ context }: Asked) => context.recall !== null,
  isCancelled: ({ context }: Asked) => context.recall === 'cancel',
  isConstrained: ({ context }: Asked) => stands(context, 'apply', 'constrained'),
  isErrored: ({ context }: Asked) => stands(context, 'apply', 'errored'),
  hasNoSandbox: ({ context }: Asked) => context.sandbox === null,
  /** It has not even looked at the project. */
  isUntouched: ({ context }: Asked) => context.sandbox === null && !context.rooted,
  isApplied: ({ context }: Asked) => context.place.state === 'applied',
  isComplete: ({ context }: Asked) => context.place.state === 'complete',
};

const reviewed: readonly Place[] = [
  { phase: 'execute', state: 'complete' },
  { phase: 'apply', state: 'constrained' },
  { phase: 'apply', state: 'errored' },
];

/** Where a part may land when no children are at work: the plan rests, and what it has is not changed meanwhile. */
const landable: readonly Place[] = [
  ...reviewed,
  { phase: 'execute', state: 'conflicted' },
  { phase: 'execute', state: 'errored' },
];

/** Whether there is a reviewed result, or was one before a pause. */
export function isReviewed(context: PlanContext): boolean {
  return isAnyOf(placeBefore(context), reviewed);
}

function isAnyOf({ phase, state }: Place, places: readonly Place[]): boolean {
  return places.some(place => place.phase === phase && place.state === state);
}

function isWorthApplying(context: PlanContext): boolean {
  return context.spec.allowEmpty || changes(context.changeSet) > 0 || landingsOf(context).length > 0;
}

/** Each kind of choice is made with the confidence that the profile wants for it. */
function isConvinced({ spec, convictions = {} }: PlanContext): boolean {
  return thresholdNames.every(name => {
    const conviction = convictions[name];
    return conviction === undefined || permits(spec.profileSnapshot, name, conviction);
  });
}

function stands({ place }: PlanContext, phase: string, state: string): boolean {
  return place.phase === phase && place.state === state;
}

/** There are files of Execute. */
function hasWorked({ sandbox, place }: PlanContext): boolean {
  return sandbox !== null && place.phase !== 'strategize';
}

function changes(changeSet: ChangeSet | null): number {
  return changeSet?.files.length ?? 0;
}
