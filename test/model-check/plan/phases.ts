/** Properties: in which order a plan goes through its phases, and what is checked before it enters one. */
import { assign } from 'xstate';
import type { ValidationOutput } from '../../../machines/index.ts';
import {
  hasChanges,
  hasReviewedResult,
  isApplyingPart,
  isResultValid,
  mayApply,
} from '../../../machines/plan/command-guards.ts';
import type { PlanContext } from '../../../machines/plan/context.ts';
import { blockingFindings } from '../../../src/model/review.ts';
import { allRequiredPassed, missingResults, type ValidationResult } from '../../../src/model/validation.ts';
import { sampleSpec } from '../../machines/fixtures.ts';
import { claim, emitted, invokeInputOf, isAnswerOf, outcomeOf } from '../steps.ts';
import { checked, idle, lowConfidenceResults } from './inputs.ts';
import { always, never, passThrough, withAction, withConfigAt, withGuard } from './mutations.ts';
import {
  changesPosition,
  entersApply,
  entersLifecycle,
  entersPosition,
  entersResultReconciliation,
  entersTopLevel,
  hasRun,
  isAt,
  isCommand,
  isIn,
  isInLifecycle,
  isReconciled,
  isReconcilingResult,
  isRefusal,
  isSound,
  losesChildren,
  meetsExecuteThresholds,
  meetsThreshold,
  type PlanStep,
  processing,
  property,
} from './steps.ts';
import type { PlanWorld } from './world.ts';
import { checks, lowConfidence } from './worlds.ts';

const placing = processing('restoringTree');
const withChecks: PlanWorld = { spec: { validations: checks }, outputs: checked };

/** `isValid` without one of its parts. */
const halves = {
  'its outcome': ({ context }: AskedContext, { results, findings }: ValidationOutput) =>
    allRequiredPassed(results) && hasAllResults(context, results) && blockingFindings(findings).length === 0,
  'its results': ({ context }: AskedContext, { outcome, results, findings }: ValidationOutput) =>
    outcome === 'passed' && hasAllResults(context, results) && blockingFindings(findings).length === 0,
  'checks that never ran': (_: AskedContext, { outcome, results, findings }: ValidationOutput) =>
    outcome === 'passed' && allRequiredPassed(results) && blockingFindings(findings).length === 0,
  'what a review says': ({ context }: AskedContext, { outcome, results }: ValidationOutput) =>
    outcome === 'passed' && allRequiredPassed(results) && hasAllResults(context, results),
};
type AskedContext = { context: PlanContext };
const hasAllResults = ({ spec }: PlanContext, results: readonly ValidationResult[]) =>
  missingResults(spec.validations, results).length === 0;

/** By itself, without a command. */
const isAutomatic = ({ event }: PlanStep) => !isCommand(event.type) || event.type === 'start';
const isRoot = ({ to }: PlanStep) => to.context.spec.depth === 0;
const leavesPause = ({ from }: PlanStep) =>
  isIn(from, 'resuming') || isIn(from, 'rollingBack') || isIn(from, 'correcting') || isIn(from, 'paused');
const asksToReconcile = (step: PlanStep, phase: string) =>
  (invokeInputOf(step, 'reconciliation') as { phase?: string } | null)?.phase === phase;

export const phaseProperties = [
  property(
    'No Execute before Strategize is complete',
    [
      claim(
        ({ from, to }) => to.context.position.phase === 'execute' && from.context.position.phase === 'strategize',
        ({ from }) => isAt(from, 'strategize', 'complete') && from.context.strategyReady,
      ),
    ],
    [
      withConfigAt('an execute that does not wait for Strategize', 'active.lifecycle.strategize.processing', state => ({
        ...state,
        on: { execute: '#plan.active.lifecycle.execute.queued' },
      })),
    ],
  ),
  property(
    'No Apply before Execute is complete',
    [
      claim(
        ({ from, to }) => to.context.position.phase === 'apply' && from.context.position.phase !== 'apply',
        ({ from }) => isAt(from, 'execute', 'complete'),
      ),
    ],
    [
      withConfigAt('an apply that does not wait for Execute', 'active.lifecycle.execute', state => ({
        ...state,
        on: { apply: '#plan.active.lifecycle.apply.queued' },
      })),
    ],
  ),
  property(
    'Strategize begins after preflight has passed and then the invariants were reconciled',
    [
      claim(
        step => entersLifecycle(step, { strategize: { queued: 'checking' } }),
        step => invokeInputOf(step, 'preflight') !== null,
      ),
      claim(
        step => entersLifecycle(step, { strategize: { queued: 'reconciling' } }) && !leavesPause(step),
        step => isAnswerOf(step, 'preflight') && asksToReconcile(step, 'strategize'),
      ),
      claim(
        step =>
          entersPosition(step, 'strategize', 'processing') &&
          !leavesPause(step) &&
          !isInLifecycle(step.to, { strategize: { processing: 'recovering' } }),
        step => isInLifecycle(step.from, { strategize: { queued: 'reconciling' } }) && isReconciled(step),
      ),
    ],
    [
      withConfigAt(
        'no preflight before Strategize',
        'active.lifecycle.strategize.queued.checking',
        passThrough('reconciling'),
      ),
      withConfigAt(
        'no reconciliation before Strategize',
        'active.lifecycle.strategize.queued.reconciling',
        passThrough('#plan.active.lifecycle.strategize.processing'),
      ),
    ],
  ),
  property(
    'Execute is queued only when the invariants were reconciled for it, or a correction or rollback leads back there',
    [
      claim(
        step => entersLifecycle(step, { strategize: { complete: 'reconciling' } }) && !leavesPause(step),
        step => asksToReconcile(step, 'execute'),
      ),
      claim(
        step => entersLifecycle(step, { execute: 'queued' }) && isInLifecycle(step.from, 'strategize'),
        step => isInLifecycle(step.from, { strategize: { complete: 'reconciling' } }) && isReconciled(step),
      ),
      claim(
        step => entersLifecycle(step, { execute: 'queued' }) && isIn(step.from, 'correcting') && !isRefusal(step),
        step => isIn(step.from, { correcting: 'reconciling' }),
      ),
    ],
    [
      withConfigAt(
        'no reconciliation before Execute',
        'active.lifecycle.strategize.complete.reconciling',
        passThrough('#plan.active.lifecycle.execute.queued'),
      ),
      withConfigAt(
        'no reconciliation after a correction',
        'active.correcting.reconciling',
        ({ invoke: _, ...state }) => ({
          ...state,
          always: 'corrected',
        }),
        { commands: ['correct'] },
      ),
    ],
  ),
  property(
    'A result is complete only when the invariants were reconciled with all that it changed',
    [
      claim(
        step => entersPosition(step, 'execute', 'complete') && !leavesPause(step),
        step => isInLifecycle(step.from, processing('reconciling')) && isReconciled(step),
      ),
      claim(
        step => entersLifecycle(step, processing('reconciling')) && !leavesPause(step),
        step => {
          const { phase, fromTree, toTree, sandbox } = invokeInputOf(step, 'reconciliation') ?? {};
          const { startTree, resultTree, sandbox: own } = step.to.context;
          return (
            phase === 'execute' && fromTree === startTree && toTree === resultTree && sandbox === own && toTree != null
          );
        },
      ),
    ],
    [
      withConfigAt(
        'no reconciliation of the result',
        'active.lifecycle.execute.processing.reconciling',
        passThrough('#plan.active.lifecycle.execute.complete'),
      ),
      withConfigAt(
        'a reconciliation that looks at nothing',
        'active.lifecycle.execute.processing.reconciling',
        ({ invoke, ...state }) => ({
          ...state,
          invoke: { ...Object(invoke), input: ({ context: { spec } }: AskedContext) => ({ spec, phase: 'execute' }) },
        }),
      ),
    ],
  ),
  property(
    'A result goes into Apply only when the invariants were reconciled with it once more',
    [
      claim(
        step => entersResultReconciliation(step) && !leavesPause(step),
        step =>
          asksToReconcile(step, 'apply') &&
          invokeInputOf(step, 'reconciliation')?.toTree === step.to.context.resultTree,
      ),
      claim(
        step => entersLifecycle(step, { apply: 'queued' }) && !leavesPause(step),
        step => isReconcilingResult(step.from) && isReconciled(step),
      ),
      claim(
        step => entersLifecycle(step, { apply: 'processing' }) && !leavesPause(step),
        step => isInLifecycle(step.from, { apply: 'queued' }) || (isReconcilingResult(step.from) && isReconciled(step)),
      ),
    ],
    [
      ...['execute.complete', 'apply.constrained', 'apply.errored'].flatMap(position => [
        withConfigAt(
          `no reconciliation before Apply from ${position}`,
          `active.lifecycle.${position}.reconciling`,
          passThrough('#plan.active.lifecycle.apply.queued'),
        ),
        withConfigAt(
          `a reconciliation before Apply from ${position} that holds nothing back`,
          `active.lifecycle.${position}.reconciling`,
          state => ({ ...state, invoke: { ...Object(state.invoke), onDone: '#plan.active.lifecycle.apply.queued' } }),
        ),
      ]),
    ],
  ),
  property(
    'A plan that was paused goes on after preflight has passed and the invariants were reconciled',
    [
      claim(
        ({ from, event }) => isIn(from, 'paused') && event.type === 'resume',
        step => invokeInputOf(step, 'preflight') !== null,
      ),
      claim(
        step => entersTopLevel(step, { resuming: 'reconciling' }),
        step => isAnswerOf(step, 'preflight') && invokeInputOf(step, 'reconciliation') !== null,
      ),
      claim(
        step =>
          isIn(step.from, { resuming: 'reconciling' }) &&
          (isIn(step.to, { resuming: 'waitingForSlot' }) || isIn(step.to, 'lifecycle')) &&
          !losesChildren(step),
        isReconciled,
      ),
      claim(
        step => isIn(step.from, 'resuming') && isIn(step.to, 'lifecycle') && !losesChildren(step),
        ({ from }) => !isIn(from, { resuming: 'checking' }),
      ),
    ],
    [
      withConfigAt('no preflight on resume', 'active.resuming.checking', passThrough('reconciling'), {
        commands: ['pause', 'resume'],
      }),
      withConfigAt('no reconciliation on resume', 'active.resuming.reconciling', passThrough('acquiringSlot'), {
        commands: ['pause', 'resume'],
      }),
      withConfigAt(
        'a resume that goes on at once',
        'active.paused',
        ({ on, ...state }) => ({ ...state, on: { ...Object(on), resume: '#plan.active.resuming.acquiringSlot' } }),
        { commands: ['pause', 'resume'] },
      ),
    ],
  ),
  property(
    'A violated or failed reconciliation stops the plan where it is',
    [
      claim(
        step =>
          isAnswerOf(step, 'reconciliation') && !isIn(step.from, 'correcting') && outcomeOf(step) !== 'reconciled',
        step =>
          !isInLifecycle(step.to, { strategize: { processing: 'working' } }) &&
          !isInLifecycle(step.to, { execute: 'queued' }) &&
          !isInLifecycle(step.to, processing('preparing')) &&
          !entersPosition(step, 'execute', 'complete') &&
          !entersPosition(step, 'apply', 'queued') &&
          !(isReconcilingResult(step.from) && changesPosition(step)) &&
          !(isIn(step.from, 'resuming') && isIn(step.to, 'lifecycle')),
      ),
    ],
    [withGuard('isReconciled', always)],
  ),
  property(
    'Execute is complete only when every required check ran and passed, no finding blocks and no conflict is open',
    [
      claim(
        step => entersPosition(step, 'execute', 'complete') && step.to.context.spec.validations.length === 0,
        ({ to }) => isSound(to),
      ),
      claim(
        step => entersPosition(step, 'execute', 'complete') && step.to.context.spec.validations.length > 0,
        ({ to }) => hasRun(to) && isSound(to),
      ),
      claim(
        step => entersLifecycle(step, processing('reviewing')) && isAnswerOf(step, 'validation'),
        step => outcomeOf(step) === 'passed' && isSound(step.to),
      ),
      claim(
        step =>
          isAnswerOf(step, 'validation') &&
          isInLifecycle(step.from, processing('validating')) &&
          outcomeOf(step) === 'passed' &&
          isSound(step.to),
        ({ to }) => isInLifecycle(to, processing('reviewing')),
      ),
    ],
    [
      withGuard('isValid', always),
      withGuard('isValid', never),
      withGuard('hasNoConflicts', always),
      ...Object.entries(halves).map(([part, half]) => ({
        ...withGuard('isValid', half as never, withChecks),
        guard: `isValid, which does not look at ${part}`,
      })),
      withConfigAt(
        'no validation at all',
        'active.lifecycle.execute.processing.validating',
        passThrough('reviewing'),
        withChecks,
      ),
    ],
  ),
  property(
    'A plan is applied only if its result was applied, with every required check passed and no conflict open',
    [
      claim(
        step => entersPosition(step, 'apply', 'applied'),
        ({ to }) => isSound(to) && to.context.applySummary !== null,
      ),
    ],
    [
      withGuard('isApplySuccessful', always),
      withGuard(
        'isApplySuccessful',
        ((_: AskedContext, { outcome }: { outcome: string }) => outcome === 'applied') as never,
      ),
      withGuard('isApplySuccessful', ((_: AskedContext, { results }: { results: ValidationResult[] }) =>
        allRequiredPassed(results)) as never),
    ],
  ),
  property(
    'An apply that failed rests at errored with its error, and one that was refused at constrained',
    [
      claim(
        step => isAnswerOf(step, 'apply') && entersPosition(step, 'apply', 'errored'),
        step => outcomeOf(step) === 'failed' && emitted(step, 'error.recorded').length === 1,
      ),
      claim(
        step => isAnswerOf(step, 'apply') && entersPosition(step, 'apply', 'constrained'),
        step => outcomeOf(step) !== 'failed' && emitted(step, 'error.recorded').length === 1,
      ),
    ],
    [withGuard('isApplyFailed', always), withGuard('isApplyFailed', never)],
  ),
  property(
    'Nothing with a failed or missing required check, a finding that blocks or an open conflict goes into Apply',
    [claim(entersApply, ({ to }) => isSound(to))],
    [
      withGuard(
        'mayApply',
        ({ context }) =>
          context.resting && hasReviewedResult(context) && hasChanges(context) && !isApplyingPart(context),
      ),
    ],
  ),
  property(
    'A result that changes no file does not enter Apply, unless all of it was applied in parts or the plan allows an empty result',
    [
      claim(
        step => entersApply(step) && step.to.context.changeSet?.files.length === 0,
        ({ to: { context } }) => context.appliedParts?.length !== 0 || context.spec.allowEmpty,
      ),
      claim(
        ({ to, isNew }) =>
          isNew &&
          to.context.spec.allowEmpty &&
          isInLifecycle(to, { execute: { complete: 'resting' } }) &&
          to.context.partialApply === null &&
          to.context.changeSet?.files.length === 0,
        ({ to }) => to.can({ type: 'apply', target: { kind: 'checkout' }, approved: false }),
      ),
    ],
    [
      withGuard('mayApply', ({ context }) => context.resting && hasReviewedResult(context) && isResultValid(context)),
      withGuard('mayApply', ({ context }) => mayApply(context) && (context.changeSet?.files.length ?? 0) > 0, {
        spec: { allowEmpty: true },
        outputs: idle,
      }),
      withGuard('mayApplyAutomatically', always, { spec: lowConfidence }),
    ],
  ),
  property(
    'A plan that is less sure than its profile wants takes no step by itself, and one that is sure enough does',
    [
      claim(
        step =>
          isRoot(step) &&
          entersLifecycle(step, { strategize: { complete: 'reconciling' } }) &&
          isAutomatic(step) &&
          !leavesPause(step) &&
          !step.to.context.autoExecute,
        ({ to }) => meetsExecuteThresholds(to),
      ),
      claim(
        step =>
          isRoot(step) &&
          entersLifecycle(step, { strategize: { complete: 'resting' } }) &&
          entersPosition(step, 'strategize', 'complete') &&
          !leavesPause(step),
        ({ to }) => !meetsExecuteThresholds(to),
      ),
      claim(
        step => isRoot(step) && entersResultReconciliation(step) && step.event.type !== 'apply' && !leavesPause(step),
        ({ to }) => meetsThreshold(to.context, 'startApply', to.context.confidence),
      ),
      claim(
        step =>
          isRoot(step) &&
          entersLifecycle(step, { apply: 'processing' }) &&
          !leavesPause(step) &&
          !step.to.context.approved,
        ({ to }) => meetsThreshold(to.context, 'startApply', to.context.confidence),
      ),
      claim(
        step => isAnswerOf(step, 'strategize'),
        ({ event, to }) => to.context.confidence === event.output.confidence,
      ),
      claim(
        step => invokeInputOf(step, 'merge') !== null && step.to.context.spec.subplanConfig.conflictPolicy !== 'manual',
        step =>
          invokeInputOf(step, 'merge')?.policy ===
          (meetsThreshold(step.to.context, 'resolveConflicts', step.to.context.confidence)
            ? step.to.context.spec.subplanConfig.conflictPolicy
            : 'manual'),
      ),
    ],
    [
      withGuard('continuesToExecute', always),
      withGuard('continuesToExecute', ({ context }) => context.autoExecute, {
        spec: lowConfidence,
        outputs: lowConfidenceResults,
      }),
      withGuard(
        'continuesToExecute',
        ({ context }) => context.autoExecute || meetsThreshold(context, 'startExecute', context.confidence),
        {
          spec: lowConfidence,
          outputs: lowConfidenceResults,
        },
      ),
      withGuard('continuesToExecute', ({ context }) => context.autoExecute || context.confidence >= 0, {
        spec: lowConfidence,
        outputs: lowConfidenceResults,
      }),
      withGuard('mayApplyAutomatically', always),
      withGuard('mayApplyAutomatically', ({ context }) => (context.changeSet?.files.length ?? 0) > 0, {
        spec: lowConfidence,
        outputs: lowConfidenceResults,
      }),
      withGuard('isApproved', always),
      withAction('confidence that is not kept', 'setStrategy', assign({ confidence: 1, confidenceByThreshold: {} }), {
        spec: lowConfidence,
        outputs: lowConfidenceResults,
      }),
    ],
  ),
  property(
    'Strategize is complete only when its agents have answered, and only agents that the plan names are asked',
    [
      claim(
        step =>
          entersPosition(step, 'strategize', 'complete') &&
          !leavesPause(step) &&
          step.to.context.spec.actors.estimation !== null,
        ({ from, event }) =>
          isInLifecycle(from, { strategize: { processing: 'estimating' } }) && /\.actor\.estimate$/.test(event.type),
      ),
      claim(
        step =>
          entersPosition(step, 'strategize', 'complete') &&
          !leavesPause(step) &&
          step.to.context.spec.actors.strategy !== null &&
          step.to.context.spec.actors.estimation === null,
        step => isAnswerOf(step, 'strategize'),
      ),
      claim(
        step => entersLifecycle(step, { strategize: { processing: 'estimating' } }) && !leavesPause(step),
        step =>
          step.to.context.spec.actors.estimation !== null &&
          (isAnswerOf(step, 'strategize') || step.to.context.spec.actors.strategy === null),
      ),
      claim(
        step => entersLifecycle(step, { strategize: { processing: 'working' } }),
        ({ to }) => to.context.spec.actors.strategy !== null,
      ),
    ],
    [
      withGuard('hasNoStrategyAgent', always),
      withGuard('hasNoStrategyAgent', never, { spec: { actors: { ...sampleSpec().actors, strategy: null } } }),
      withGuard('hasEstimationAgent', always),
      withGuard('hasEstimationAgent', never, {
        spec: { actors: { ...sampleSpec().actors, estimation: 'local/guess' } },
      }),
    ],
  ),
  property(
    'Every change of state is emitted, with the old and the new state, and nothing else is',
    [
      claim(changesPosition, step => reportsTrueState(step)),
      claim(
        step => emitted(step, 'plan.phase_changed').length > 0,
        step => reportsTrueState(step),
      ),
    ],
    [
      withAction(
        'a move in silence',
        'setPosition',
        assign((_: unknown, to: PlanContext['position']) => ({ position: to }) as never),
      ),
    ],
  ),
  property(
    'A group or merge that failed is never taken for one that succeeded',
    [
      claim(
        step => isAnswerOf(step, 'subplans') && outcomeOf(step) !== 'complete',
        ({ to }) => !isInLifecycle(to, processing('merging')),
      ),
      claim(
        step =>
          isAnswerOf(step, 'merge') && outcomeOf(step) === 'failed' && isInLifecycle(step.from, processing('merging')),
        ({ to }) => isInLifecycle(to, processing('recovering')),
      ),
      claim(
        step => entersLifecycle(step, placing) && isAnswerOf(step, 'merge'),
        step => outcomeOf(step) === 'merged' && step.to.context.mergedTree !== null,
      ),
    ],
    [withGuard('isSubplansComplete', always), withGuard('isMerged', always, { usesSlots: true })],
  ),
];

/** The emitted changes of state lead from the old state to the new one. */
function reportsTrueState(step: PlanStep): boolean {
  let at = step.from.context.position;
  for (const { from, to } of emitted(step, 'plan.phase_changed')) {
    if (from.phase !== at.phase || from.state !== at.state) return false;
    at = to;
  }
  return at.phase === step.to.context.position.phase && at.state === step.to.context.position.state;
}
