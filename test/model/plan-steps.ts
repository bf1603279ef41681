/** Words in which theorems speak of a plan. */
import type { SnapshotFrom } from 'xstate';
import type { planMachine } from '../../machines/index.ts';
import { findingsOf } from '../../machines/plan/context.ts';
import type { PlanCommand } from '../../src/model/contract.ts';
import { unrunOf } from '../../src/model/validation.ts';
import type { Step } from './explore.ts';
import { isAnswerOf, outcomeOf } from './steps.ts';
import type { Claim, SeededFault, Theorem } from './theorem.ts';

export type Plan = typeof planMachine;
export type Snapshot = SnapshotFrom<Plan>;
export type PlanStep = Step<Plan>;
type LandCommand = Extract<PlanCommand, { type: 'land' }>;
type CorrectCommand = Extract<PlanCommand, { type: 'correct' }>;

export function theorem(text: string, claims: Claim<Plan>[], faults: SeededFault<Plan>[]): Theorem<Plan> {
  return { theorem: text, claims, faults };
}

export const isAt = ({ context }: Snapshot, phase: string, state: string) =>
  context.place.phase === phase && context.place.state === state;

export const arrives = ({ from, to }: PlanStep, phase: string, state: string) =>
  isAt(to, phase, state) && !isAt(from, phase, state);

export const isMoved = ({ from, to }: PlanStep) =>
  from.context.place.phase !== to.context.place.phase || from.context.place.state !== to.context.place.state;

/** Asked of every step of every walk, so it looks at the value itself. */
function holds(value: unknown, inner: unknown): boolean {
  if (typeof inner === 'string')
    return value === inner || (typeof value === 'object' && Object(value)[inner] !== undefined);
  const [[name, deeper] = ['', '']] = Object.entries(Object(inner));
  return typeof value === 'object' && holds(Object(value)[name], deeper);
}

export const isIn = ({ value }: Snapshot, inner: unknown) => holds(Object(value).open, inner);

export const alive = (snapshot: Snapshot, inner: unknown) => isIn(snapshot, { alive: inner });

/** Whether a state of a plan that is alive is entered. */
export const enters = ({ from, to }: Pick<PlanStep, 'from' | 'to'>, inner: unknown) =>
  alive(to, inner) && !alive(from, inner);

/** Whether a state beside life is entered: `paused`, `resuming`, `rollingBack`, `correcting`, or one in them. */
export const turnsTo = ({ from, to }: Pick<PlanStep, 'from' | 'to'>, inner: unknown) =>
  isIn(to, inner) && !isIn(from, inner);

export const processing = (state: string) => ({ execute: { processing: state } });

export const hasRun = ({ context: { spec, validationResults } }: Snapshot) =>
  unrunOf(spec.validations, validationResults).length === 0;

/** Every required check ran and passed, no finding blocks, no conflict is open. */
export const isSound = (snapshot: Snapshot) =>
  hasRun(snapshot) &&
  snapshot.context.conflicts.length === 0 &&
  snapshot.context.validationResults.every(({ required, passed }) => passed || !required) &&
  findingsOf(snapshot.context).every(({ severity }) => severity !== 'blocking');

export const goesIntoApply = ({ from, to }: PlanStep) =>
  alive(from, { apply: 'entering' }) && ['queued', 'processing'].includes(to.context.place.state);

export const isNewAttempt = ({ from, to }: PlanStep) => to.context.attempt !== from.context.attempt;

/** A reconciliation says that the invariants hold. */
export const isReconciled = (step: PlanStep) => isAnswerOf(step, 'reconciliation') && outcomeOf(step) === 'reconciled';

export function isCommand(type: string): boolean {
  return !type.startsWith('xstate.') && !type.startsWith('merge.');
}

/** The profile lets such a choice be made with such confidence. */
export function isSure({ spec }: Snapshot['context'], threshold: string, confidence: number): boolean {
  const wanted = (spec.profileSnapshot.thresholds as Record<string, number>)[threshold] ?? 1;
  return wanted < 1 && confidence >= wanted;
}

/** Sure enough of the whole, and of each kind of choice that the strategy was unsure of. */
export function isSureToExecute({ context }: Snapshot): boolean {
  const { confidence, convictions = {} } = context;
  return (
    isSure(context, 'startExecute', confidence) &&
    Object.entries(convictions).every(([name, conviction]) => isSure(context, name, conviction ?? 1))
  );
}

export const isLanding = ({ context }: Snapshot) => (context.part ?? null) !== null;

/** Files to take back, and nothing on its way home. */
export function mayReturn({ context }: Snapshot): boolean {
  const { phase, state } = context.place;
  return context.sandbox !== null && phase !== 'strategize' && !(phase === 'apply' && state === 'processing');
}

export function mayChange({ context }: Snapshot, { order }: CorrectCommand): boolean {
  const { place, strategized, sandbox, resultTree } = context;
  if ((place.phase === 'apply' && place.state === 'processing') || place.state === 'applied') return false;
  if (order.mode === 'append') return resultTree !== null && place.state !== 'processing';
  return strategized && (order.from === 'strategize' || (sandbox !== null && place.phase !== 'strategize'));
}

/** Children are at work, or the plan rests with what it has. */
export function mayLand(from: Snapshot, { order }: LandCommand): boolean {
  const { spec, workTree, attempt, grouped, pausedFrom, place } = from.context;
  const { phase, state } = pausedFrom ?? place;
  const rests = phase === 'execute' ? ['complete', 'errored', 'conflicted'] : ['constrained', 'errored'];
  const isFinished = workTree !== null && (grouped || (phase !== 'strategize' && rests.includes(state)));
  const isOfNow = order.attempt === attempt && order.baseTree === spec.projectLinks[0]?.baseTree;
  return spec.depth === 0 && isFinished && isOfNow && !isLanding(from);
}

/** Nothing of the attempt before is left. */
export function isFresh({ context }: Snapshot): boolean {
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
  return isIn(from, 'rollingBack') && !isIn(to, 'rollingBack') && !to.matches('recalling') && !losesChildren(step);
}

/** An answer that refuses a correction, or the death of it. */
export function isRefusal(step: PlanStep): boolean {
  return (
    (isAnswerOf(step, 'correction') && outcomeOf(step) === 'refused') ||
    step.event.type === 'xstate.error.actor.correction'
  );
}

/** Where an agent is at work that may ask. */
export function asks(to: Snapshot): boolean {
  return (
    alive(to, { strategize: { processing: 'working' } }) ||
    alive(to, processing('working')) ||
    alive(to, processing('validating')) ||
    alive(to, { execute: { conflicted: 'settling' } })
  );
}

/** Where an agent is at work that may have to wait. */
export function mayWait(to: Snapshot): boolean {
  return asks(to) || alive(to, { strategize: { processing: 'estimating' } }) || alive(to, processing('describing'));
}

/** At work in Execute; folding what children made is no work of the plan's own. */
export function isWorking(to: Snapshot): boolean {
  return (
    alive(to, { execute: 'processing' }) &&
    !['merging', 'admitting', 'recovering'].some(state => alive(to, processing(state)))
  );
}
