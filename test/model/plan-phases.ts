/** Theorems: in which order a plan goes through its phases, and what is checked before it enters one. */
import { assign } from 'xstate';
import type { ValidationOutput } from '../../machines/index.ts';
import type { PlanContext } from '../../machines/plan/context.ts';
import { blockingIn } from '../../src/model/review.ts';
import { requiredHold, unrunOf, type ValidationResult } from '../../src/model/validation.ts';
import { specOf } from '../machines/spec.ts';
import { checked, doubtful, idle } from './plan-answers.ts';
import { changedAt, doing, lying, no, passing, yes } from './plan-lies.ts';
import {
  alive,
  arrives,
  enters,
  goesIntoApply,
  hasRun,
  isAt,
  isCommand,
  isIn,
  isMoved,
  isReconciled,
  isRefusal,
  isSound,
  isSure,
  isSureToExecute,
  losesChildren,
  type PlanStep,
  processing,
  theorem,
  turnsTo,
} from './plan-steps.ts';
import { checks, unsure } from './plan-worlds.ts';
import { begunWith, claim, emitted, isAnswerOf, outcomeOf } from './steps.ts';

const placing = processing('placing');
const withChecks = { spec: { validations: checks }, says: checked };

/** `isValid` without one of its parts. */
const halves = {
  'its outcome': ({ context }: Asked, { results, findings }: ValidationOutput) =>
    requiredHold(results) && hasAll(context, results) && blockingIn(findings).length === 0,
  'its results': ({ context }: Asked, { outcome, results, findings }: ValidationOutput) =>
    outcome === 'passed' && hasAll(context, results) && blockingIn(findings).length === 0,
  'checks that never ran': (_: Asked, { outcome, results, findings }: ValidationOutput) =>
    outcome === 'passed' && requiredHold(results) && blockingIn(findings).length === 0,
  'what a review says': ({ context }: Asked, { outcome, results }: ValidationOutput) =>
    outcome === 'passed' && requiredHold(results) && hasAll(context, results),
};
type Asked = { context: PlanContext };
const hasAll = ({ spec }: PlanContext, results: readonly ValidationResult[]) =>
  unrunOf(spec.validations, results).length === 0;

/** By itself: nobody said so. */
const byItself = ({ event }: PlanStep) => !isCommand(event.type) || event.type === 'start';
const isRoot = ({ to }: PlanStep) => to.context.spec.depth === 0;
const comesBack = ({ from }: PlanStep) =>
  isIn(from, 'resuming') || isIn(from, 'rollingBack') || isIn(from, 'correcting') || isIn(from, 'paused');
const asksToReconcile = (step: PlanStep, phase: string) =>
  (begunWith(step, 'reconciliation') as { phase?: string } | null)?.phase === phase;

export const phaseTheorems = [
  theorem(
    'No Execute before Strategize is complete',
    [
      claim(
        ({ from, to }) => to.context.place.phase === 'execute' && from.context.place.phase === 'strategize',
        ({ from }) => isAt(from, 'strategize', 'complete') && from.context.strategized,
      ),
    ],
    [lying('isStrategized', yes)],
  ),
  theorem(
    'No Apply before Execute is complete',
    [
      claim(
        ({ from, to }) => to.context.place.phase === 'apply' && from.context.place.phase !== 'apply',
        ({ from }) => isAt(from, 'execute', 'complete'),
      ),
    ],
    [lying('isExecuted', yes), lying('mayApply', yes)],
  ),
  theorem(
    'Strategize begins after preflight has passed and then the invariants were reconciled',
    [
      claim(
        step => enters(step, { strategize: { queued: 'checking' } }),
        step => begunWith(step, 'preflight') !== null,
      ),
      claim(
        step => enters(step, { strategize: { queued: 'reconciling' } }) && !comesBack(step),
        step => isAnswerOf(step, 'preflight') && asksToReconcile(step, 'strategize'),
      ),
      claim(
        step =>
          arrives(step, 'strategize', 'processing') &&
          !comesBack(step) &&
          !alive(step.to, { strategize: { processing: 'recovering' } }),
        step => alive(step.from, { strategize: { queued: 'reconciling' } }) && isReconciled(step),
      ),
    ],
    [
      changedAt('no preflight before Strategize', 'open.alive.strategize.queued.checking', passing('reconciling')),
      changedAt(
        'no reconciliation before Strategize',
        'open.alive.strategize.queued.reconciling',
        passing('#plan.open.alive.strategize.processing'),
      ),
    ],
  ),
  theorem(
    'Execute is queued only when the invariants were reconciled for it, or a correction or rollback leads back there',
    [
      claim(
        step => enters(step, { strategize: { complete: 'reconciling' } }) && !comesBack(step),
        step => asksToReconcile(step, 'execute'),
      ),
      claim(
        step => enters(step, { execute: 'queued' }) && alive(step.from, 'strategize'),
        step => alive(step.from, { strategize: { complete: 'reconciling' } }) && isReconciled(step),
      ),
      claim(
        step => enters(step, { execute: 'queued' }) && isIn(step.from, 'correcting') && !isRefusal(step),
        step => isIn(step.from, { correcting: 'reconciling' }),
      ),
    ],
    [
      changedAt(
        'no reconciliation before Execute',
        'open.alive.strategize.complete.reconciling',
        passing('#plan.open.alive.execute.queued'),
      ),
      changedAt(
        'no reconciliation after a correction',
        'open.correcting.reconciling',
        ({ invoke: _, ...state }) => ({
          ...state,
          always: 'corrected',
        }),
        { commands: ['correct'] },
      ),
    ],
  ),
  theorem(
    'A result is complete only when the invariants were reconciled with all that it changed',
    [
      claim(
        step => arrives(step, 'execute', 'complete') && !comesBack(step),
        step => alive(step.from, processing('reconciling')) && isReconciled(step),
      ),
      claim(
        step => enters(step, processing('reconciling')) && !comesBack(step),
        step => {
          const { phase, fromTree, toTree, sandbox } = begunWith(step, 'reconciliation') ?? {};
          const { startTree, resultTree, sandbox: own } = step.to.context;
          return (
            phase === 'execute' && fromTree === startTree && toTree === resultTree && sandbox === own && toTree != null
          );
        },
      ),
    ],
    [
      changedAt(
        'no reconciliation of the result',
        'open.alive.execute.processing.reconciling',
        passing('#plan.open.alive.execute.complete'),
      ),
      changedAt(
        'a reconciliation that looks at nothing',
        'open.alive.execute.processing.reconciling',
        ({ invoke, ...state }) => ({
          ...state,
          invoke: { ...Object(invoke), input: ({ context: { spec } }: Asked) => ({ spec, phase: 'execute' }) },
        }),
      ),
    ],
  ),
  theorem(
    'A result goes into Apply only when the invariants were reconciled with it once more',
    [
      claim(
        step => enters(step, { apply: 'entering' }) && !comesBack(step),
        step =>
          asksToReconcile(step, 'apply') && begunWith(step, 'reconciliation')?.toTree === step.to.context.resultTree,
      ),
      claim(
        step => enters(step, { apply: 'queued' }) && !comesBack(step),
        step => alive(step.from, { apply: 'entering' }) && isReconciled(step),
      ),
      claim(
        step => enters(step, { apply: 'processing' }) && !comesBack(step),
        step =>
          alive(step.from, { apply: 'queued' }) || (alive(step.from, { apply: 'entering' }) && isReconciled(step)),
      ),
    ],
    [
      changedAt(
        'no reconciliation before Apply',
        'open.alive.apply.entering.reconciling',
        passing('#plan.open.alive.apply.queued'),
      ),
      changedAt('a reconciliation before Apply that holds nothing back', 'open.alive.apply.entering.blocked', () => ({
        always: '#plan.open.alive.apply.queued',
      })),
    ],
  ),
  theorem(
    'A plan that was paused goes on after preflight has passed and the invariants were reconciled',
    [
      claim(
        ({ from, event }) => isIn(from, 'paused') && event.type === 'resume',
        step => begunWith(step, 'preflight') !== null,
      ),
      claim(
        step => turnsTo(step, { resuming: 'reconciling' }),
        step => isAnswerOf(step, 'preflight') && begunWith(step, 'reconciliation') !== null,
      ),
      claim(
        step =>
          isIn(step.from, { resuming: 'reconciling' }) &&
          (isIn(step.to, { resuming: 'admitting' }) || isIn(step.to, 'alive')) &&
          !losesChildren(step),
        isReconciled,
      ),
      claim(
        step => isIn(step.from, 'resuming') && isIn(step.to, 'alive') && !losesChildren(step),
        ({ from }) => !isIn(from, { resuming: 'checking' }),
      ),
    ],
    [
      changedAt('no preflight on resume', 'open.resuming.checking', passing('reconciling'), {
        commands: ['pause', 'resume'],
      }),
      changedAt('no reconciliation on resume', 'open.resuming.reconciling', passing('admitting'), {
        commands: ['pause', 'resume'],
      }),
      changedAt(
        'a resume that goes on at once',
        'open.paused',
        ({ on, ...state }) => ({ ...state, on: { ...Object(on), resume: '#plan.open.resuming.admitting' } }),
        { commands: ['pause', 'resume'] },
      ),
    ],
  ),
  theorem(
    'A violated or failed reconciliation stops the plan where it is',
    [
      claim(
        step =>
          isAnswerOf(step, 'reconciliation') && !isIn(step.from, 'correcting') && outcomeOf(step) !== 'reconciled',
        step =>
          !alive(step.to, { strategize: { processing: 'working' } }) &&
          !alive(step.to, { execute: 'queued' }) &&
          !alive(step.to, processing('preparing')) &&
          !arrives(step, 'execute', 'complete') &&
          !arrives(step, 'apply', 'queued') &&
          !(alive(step.from, { apply: 'entering' }) && isMoved(step)) &&
          !(isIn(step.from, 'resuming') && isIn(step.to, 'alive')),
      ),
    ],
    [lying('isReconciled', yes), lying('isConstrained', yes), lying('isErrored', yes)],
  ),
  theorem(
    'Execute is complete only when every required check ran and passed, no finding blocks and no conflict is open',
    [
      claim(
        step => arrives(step, 'execute', 'complete') && step.to.context.spec.validations.length === 0,
        ({ to }) => isSound(to),
      ),
      claim(
        step => arrives(step, 'execute', 'complete') && step.to.context.spec.validations.length > 0,
        ({ to }) => hasRun(to) && isSound(to),
      ),
      claim(
        step => enters(step, processing('reviewing')) && isAnswerOf(step, 'validation'),
        step => outcomeOf(step) === 'passed' && isSound(step.to),
      ),
      claim(
        step =>
          isAnswerOf(step, 'validation') &&
          alive(step.from, processing('validating')) &&
          outcomeOf(step) === 'passed' &&
          isSound(step.to),
        ({ to }) => alive(to, processing('reviewing')),
      ),
    ],
    [
      lying('isValid', yes),
      lying('isValid', no),
      lying('isSettled', yes),
      ...Object.entries(halves).map(([part, half]) => ({
        ...lying('isValid', half as never, withChecks),
        guard: `isValid, which does not look at ${part}`,
      })),
      changedAt('no validation at all', 'open.alive.execute.processing.validating', passing('reviewing'), withChecks),
    ],
  ),
  theorem(
    'Applied means landed, with every required check passed and no conflict open',
    [
      claim(
        step => arrives(step, 'apply', 'applied'),
        ({ to }) => isSound(to) && to.context.applySummary !== null,
      ),
    ],
    [
      lying('isLanded', yes),
      lying('isLanded', ((_: Asked, { outcome }: { outcome: string }) => outcome === 'landed') as never),
      lying('isLanded', ((_: Asked, { results }: { results: ValidationResult[] }) => requiredHold(results)) as never),
    ],
  ),
  theorem(
    'Nothing with a failed or missing required check, a finding that blocks or an open conflict goes into Apply',
    [claim(goesIntoApply, ({ to }) => isSound(to))],
    [lying('isSound', yes)],
  ),
  theorem(
    'Nothing goes into Apply that changes no file, unless all of it landed in parts or the plan allows an empty result',
    [
      claim(
        step => goesIntoApply(step) && step.to.context.changeSet?.files.length === 0,
        ({ to: { context } }) => context.landings?.length !== 0 || context.spec.allowEmpty,
      ),
      claim(
        ({ to, isNew }) =>
          isNew &&
          to.context.spec.allowEmpty &&
          alive(to, { execute: { complete: 'resting' } }) &&
          to.context.part === null &&
          to.context.changeSet?.files.length === 0,
        ({ to }) => to.can({ type: 'apply', target: { kind: 'checkout' }, approved: false }),
      ),
    ],
    [
      lying('hasChanges', yes),
      lying('hasChanges', ({ context }) => (context.changeSet?.files.length ?? 0) > 0, {
        spec: { allowEmpty: true },
        says: idle,
      }),
      lying('mayApplyItself', yes, { spec: unsure }),
    ],
  ),
  theorem(
    'A plan that is less sure than its profile wants takes no step by itself, and one that is sure enough does',
    [
      claim(
        step =>
          isRoot(step) &&
          enters(step, { strategize: { complete: 'reconciling' } }) &&
          byItself(step) &&
          !comesBack(step) &&
          !step.to.context.hurried,
        ({ to }) => isSureToExecute(to),
      ),
      claim(
        step =>
          isRoot(step) &&
          enters(step, { strategize: { complete: 'resting' } }) &&
          arrives(step, 'strategize', 'complete') &&
          !comesBack(step),
        ({ to }) => !isSureToExecute(to),
      ),
      claim(
        step => isRoot(step) && enters(step, { apply: 'entering' }) && step.event.type !== 'apply' && !comesBack(step),
        ({ to }) => isSure(to.context, 'startApply', to.context.confidence),
      ),
      claim(
        step => isRoot(step) && enters(step, { apply: 'processing' }) && !comesBack(step) && !step.to.context.approved,
        ({ to }) => isSure(to.context, 'startApply', to.context.confidence),
      ),
      claim(
        step => isAnswerOf(step, 'strategize'),
        ({ event, to }) => to.context.confidence === event.output.confidence,
      ),
      claim(
        step => begunWith(step, 'merge') !== null && step.to.context.spec.subplanConfig.conflictPolicy !== 'manual',
        step =>
          begunWith(step, 'merge')?.policy ===
          (isSure(step.to.context, 'resolveConflicts', step.to.context.confidence)
            ? step.to.context.spec.subplanConfig.conflictPolicy
            : 'manual'),
      ),
    ],
    [
      lying('goesOn', yes),
      lying('goesOn', ({ context }) => context.hurried, { spec: unsure, says: doubtful }),
      lying('goesOn', ({ context }) => context.hurried || isSure(context, 'startExecute', context.confidence), {
        spec: unsure,
        says: doubtful,
      }),
      lying('goesOn', ({ context }) => context.hurried || context.confidence >= 0, { spec: unsure, says: doubtful }),
      lying('mayApplyItself', yes),
      lying('mayApplyItself', ({ context }) => (context.changeSet?.files.length ?? 0) > 0, {
        spec: unsure,
        says: doubtful,
      }),
      lying('isApproved', yes),
      doing('confidence that is not kept', 'keepStrategy', assign({ confidence: 1, convictions: {} }), {
        spec: unsure,
        says: doubtful,
      }),
    ],
  ),
  theorem(
    'Strategize is complete only when its agents have answered, and nobody is asked whom the plan does not name',
    [
      claim(
        step =>
          arrives(step, 'strategize', 'complete') &&
          !comesBack(step) &&
          step.to.context.spec.actors.estimation !== null,
        ({ from, event }) =>
          alive(from, { strategize: { processing: 'estimating' } }) && /\.actor\.estimate$/.test(event.type),
      ),
      claim(
        step =>
          arrives(step, 'strategize', 'complete') &&
          !comesBack(step) &&
          step.to.context.spec.actors.strategy !== null &&
          step.to.context.spec.actors.estimation === null,
        step => isAnswerOf(step, 'strategize'),
      ),
      claim(
        step => enters(step, { strategize: { processing: 'estimating' } }) && !comesBack(step),
        step =>
          step.to.context.spec.actors.estimation !== null &&
          (isAnswerOf(step, 'strategize') || step.to.context.spec.actors.strategy === null),
      ),
      claim(
        step => enters(step, { strategize: { processing: 'working' } }),
        ({ to }) => to.context.spec.actors.strategy !== null,
      ),
    ],
    [
      lying('hasNoStrategist', yes),
      lying('hasNoStrategist', no, { spec: { actors: { ...specOf().actors, strategy: null } } }),
      lying('hasEstimator', yes),
      lying('hasEstimator', no, { spec: { actors: { ...specOf().actors, estimation: 'local/guess' } } }),
    ],
  ),
  theorem(
    'Every move is told, from where the plan was to where it is, and nothing else is',
    [
      claim(isMoved, step => isToldTruly(step)),
      claim(
        step => emitted(step, 'plan.phase_changed').length > 0,
        step => isToldTruly(step),
      ),
    ],
    [
      doing(
        'a move in silence',
        'enter',
        assign((_: unknown, to: PlanContext['place']) => ({ place: to }) as never),
      ),
    ],
  ),
  theorem(
    'A group or merge that failed is never taken for one that succeeded',
    [
      claim(
        step => isAnswerOf(step, 'subplans') && outcomeOf(step) !== 'complete',
        ({ to }) => !alive(to, processing('merging')),
      ),
      claim(
        step => isAnswerOf(step, 'merge') && outcomeOf(step) === 'failed' && alive(step.from, processing('merging')),
        ({ to }) => alive(to, processing('recovering')),
      ),
      claim(
        step => enters(step, placing) && isAnswerOf(step, 'merge'),
        step => outcomeOf(step) === 'merged' && step.to.context.mergedTree !== null,
      ),
    ],
    [lying('isGathered', yes), lying('isMerged', yes, { gated: true })],
  ),
];

/** What is told of moves leads from where the plan was to where it is. */
function isToldTruly(step: PlanStep): boolean {
  let at = step.from.context.place;
  for (const { from, to } of emitted(step, 'plan.phase_changed')) {
    if (from.phase !== at.phase || from.state !== at.state) return false;
    at = to;
  }
  return at.phase === step.to.context.place.phase && at.state === step.to.context.place.state;
}
