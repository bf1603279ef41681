/** Words in which properties speak of a plan. */
import type { SnapshotFrom, StateValue } from 'xstate';
import type { planMachine } from '../../../machines/index.ts';
import { findingsOf } from '../../../machines/plan/context.ts';
import type { PlanCommand } from '../../../src/model/effects.ts';
import { missingResults } from '../../../src/model/validation.ts';
import type { Step } from '../explore.ts';
import type { Claim, Property, SeededMutation } from '../property.ts';
import { isAnswerOf, outcomeOf } from '../steps.ts';

export type Plan = typeof planMachine;
export type Snapshot = SnapshotFrom<Plan>;
export type PlanStep = Step<Plan>;
type ApplyPartCommand = Extract<PlanCommand, { type: 'applyPart' }>;
type CorrectCommand = Extract<PlanCommand, { type: 'correct' }>;

export function property(text: string, claims: Claim<Plan>[], errors: SeededMutation<Plan>[]): Property<Plan> {
  return { property: text, claims, mutations: errors };
}

export const isAt = ({ context }: Snapshot, phase: string, state: string) =>
  context.position.phase === phase && context.position.state === state;

export const entersPosition = ({ from, to }: PlanStep, phase: string, state: string) =>
  isAt(to, phase, state) && !isAt(from, phase, state);

export const changesPosition = ({ from, to }: PlanStep) =>
  from.context.position.phase !== to.context.position.phase ||
  from.context.position.state !== to.context.position.state;

/** Asked of every step of every walk, so it looks at the value itself, and copies nothing. */
function matchesState(value: StateValue | undefined, inner: StateValue): boolean {
  if (typeof value !== 'object') return value === inner;
  if (typeof inner === 'string') return value[inner] !== undefined;
  for (const name in inner) return matchesState(value[name], inner[name] as StateValue);
  return true;
}

export const isIn = ({ value }: Snapshot, inner: StateValue) => matchesState(Object(value).active, inner);

export const isInLifecycle = (snapshot: Snapshot, inner: StateValue) => isIn(snapshot, { lifecycle: inner });

/** Whether a state of a plan that is alive is entered. */
export const entersLifecycle = ({ from, to }: Pick<PlanStep, 'from' | 'to'>, inner: StateValue) =>
  isInLifecycle(to, inner) && !isInLifecycle(from, inner);

/** Whether a state beside life is entered: `paused`, `resuming`, `rollingBack`, `correcting`, or one in them. */
export const entersTopLevel = ({ from, to }: Pick<PlanStep, 'from' | 'to'>, inner: StateValue) =>
  isIn(to, inner) && !isIn(from, inner);

export const processing = (state: string) => ({ execute: { processing: state } });

export const hasRun = ({ context: { spec, validationResults } }: Snapshot) =>
  missingResults(spec.validations, validationResults).length === 0;

/** Every required check ran and passed, no finding blocks, no conflict is open. */
export const isSound = (snapshot: Snapshot) =>
  hasRun(snapshot) &&
  snapshot.context.conflicts.length === 0 &&
  snapshot.context.validationResults.every(({ required, passed }) => passed || !required) &&
  findingsOf(snapshot.context).every(({ severity }) => severity !== 'blocking');

/** The result is held against the invariants before it goes into Apply, from each position in which it can be applied. */
export const isReconcilingResult = (snapshot: Snapshot) =>
  [
    { execute: { complete: 'reconciling' } },
    { apply: { constrained: 'reconciling' } },
    { apply: { errored: 'reconciling' } },
  ].some(inner => isInLifecycle(snapshot, inner));

export const entersResultReconciliation = ({ from, to }: Pick<PlanStep, 'from' | 'to'>) =>
  isReconcilingResult(to) && !isReconcilingResult(from);

export const entersApply = ({ from, to }: PlanStep) =>
  isReconcilingResult(from) && ['queued', 'processing'].includes(to.context.position.state);

export const isNewAttempt = ({ from, to }: PlanStep) => to.context.attempt !== from.context.attempt;

/** A reconciliation says that the invariants hold. */
export const isReconciled = (step: PlanStep) => isAnswerOf(step, 'reconciliation') && outcomeOf(step) === 'reconciled';

export function isCommand(type: string): boolean {
  return !type.startsWith('xstate.') && !type.startsWith('merge.');
}

/** The profile lets such a choice be made with such confidence. */
export function meetsThreshold({ spec }: Snapshot['context'], threshold: string, confidence: number): boolean {
  const wanted = (spec.profileSnapshot.thresholds as Record<string, number>)[threshold] ?? 1;
  return wanted < 1 && confidence >= wanted;
}

/** Sure enough of the whole, and of each kind of choice that the strategy was unsure of. */
export function meetsExecuteThresholds({ context }: Snapshot): boolean {
  const { confidence, confidenceByThreshold = {} } = context;
  return (
    meetsThreshold(context, 'startExecute', confidence) &&
    Object.entries(confidenceByThreshold).every(([name, sure]) => meetsThreshold(context, name, sure ?? 1))
  );
}

export const isApplyingPart = ({ context }: Snapshot) => (context.partialApply ?? null) !== null;

/** Files to take back, and nothing on its way home. */
export function mayRollBack({ context }: Snapshot): boolean {
  const { phase, state } = context.position;
  return context.sandbox !== null && phase !== 'strategize' && !(phase === 'apply' && state === 'processing');
}

export function mayCorrect({ context }: Snapshot, { order }: CorrectCommand): boolean {
  const { position, strategyReady, sandbox, resultTree } = context;
  if ((position.phase === 'apply' && position.state === 'processing') || position.state === 'applied') return false;
  if (order.mode === 'append') return resultTree !== null && position.state !== 'processing';
  return strategyReady && (order.from === 'strategize' || (sandbox !== null && position.phase !== 'strategize'));
}

/** Children are at work, or the plan rests with what it has. */
export function mayApplyPart(from: Snapshot, { order }: ApplyPartCommand): boolean {
  const { spec, workTree, attempt, subplansRunning, pausedFrom, position } = from.context;
  const { phase, state } = pausedFrom ?? position;
  const rests = phase === 'execute' ? ['complete', 'errored', 'conflicted'] : ['constrained', 'errored'];
  const isFinished = workTree !== null && (subplansRunning || (phase !== 'strategize' && rests.includes(state)));
  const isOfNow = order.attempt === attempt && order.baseTree === spec.projectLinks[0]?.baseTree;
  return spec.depth === 0 && isFinished && isOfNow && !isApplyingPart(from);
}

/** Nothing of the attempt before is left. */
export function isResetForAttempt({ context }: Snapshot): boolean {
  const { resultTree, workTree, mergedTree, error, pausedFrom, rollback, conflicts, validationResults } = context;
  return (
    [resultTree, workTree, mergedTree, error, pausedFrom, rollback].every(value => value === null) &&
    conflicts.length === 0 &&
    validationResults.length === 0 &&
    !context.approved
  );
}

/** Its children died of a mistake of ours. */
export const losesChildren = ({ event }: PlanStep) =>
  event.type === 'xstate.error.actor.subplans' || event.type === 'xstate.error.actor.merge';

/** A rollback is over, and not because the plan is called back or has lost its children. */
export function endsRollback(step: PlanStep): boolean {
  const { from, to } = step;
  return isIn(from, 'rollingBack') && !isIn(to, 'rollingBack') && !to.matches('stopping') && !losesChildren(step);
}

/** An answer that refuses a correction, or the death of it. */
export function isRefusal(step: PlanStep): boolean {
  return (
    (isAnswerOf(step, 'correction') && outcomeOf(step) === 'rejected') ||
    step.event.type === 'xstate.error.actor.correction'
  );
}

/** Where an agent is at work that may ask. */
export function needsPerson(to: Snapshot): boolean {
  return (
    isInLifecycle(to, { strategize: { processing: 'working' } }) ||
    isInLifecycle(to, processing('working')) ||
    isInLifecycle(to, processing('validating')) ||
    isInLifecycle(to, { execute: { conflicted: 'resolving' } })
  );
}

/** Where an agent is at work that may have to wait. */
export function mayWait(to: Snapshot): boolean {
  return (
    needsPerson(to) ||
    isInLifecycle(to, { strategize: { processing: 'estimating' } }) ||
    isInLifecycle(to, processing('describing'))
  );
}

/** At work in Execute; folding what children made is no work of the plan's own. */
export function isWorking(to: Snapshot): boolean {
  return (
    isInLifecycle(to, { execute: 'processing' }) &&
    !['merging', 'waitingForSlot', 'recovering'].some(state => isInLifecycle(to, processing(state)))
  );
}
