/** What must hold of an apply: once, to its end, and with a recovery when it failed. */
import type { SnapshotFrom } from 'xstate';
import { type ApplyMachineInput, applyMachine } from '../../machines/index.ts';
import { allRequiredPassed, type ValidationResult } from '../../src/model/validation.ts';
import { sampleError, sampleResult, sampleSpec } from '../machines/fixtures.ts';
import { sampleCheckpoint } from '../machines/scripted-effects.ts';
import { mutate, withState } from './mutate.ts';
import { queueEvents } from './plan/inputs.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, invokeInputOf, isAnswerOf, isFailureOf, isInit, outcomeOf, outputOf, takesAnswersOf } from './steps.ts';
import { waitsAreForwarded } from './waits.ts';
import { withAnswers } from './with-answers.ts';

type Apply = typeof applyMachine;

const input: ApplyMachineInput = {
  ...{ spec: sampleSpec(), attempt: 1, target: { kind: 'checkout' }, resultTree: 't3' },
  ...{ sandbox: { key: 'k', path: '/s' }, order: null, message: null, nextCommands: ['apply', 'revert'] },
};
const checkpoint = sampleCheckpoint('preApply');
const error = sampleError('INTERNAL', 'the disk is full');
const recoveryError = sampleError('LOCK_CONFLICT', 'the sandbox is locked');
const applied = { outcome: 'applied', commits: ['c'], files: ['f'], results: [] as ValidationResult[], checkpoint };
const answers = {
  apply: [
    applied,
    { ...applied, results: [sampleResult('check')] },
    { ...applied, results: [sampleResult('check', { passed: false })] },
    { outcome: 'constrained', error, results: [], checkpoint },
  ],
  recover: [{ error, decisions: [], details: {}, checkpoint: null }],
};
const world = withAnswers<Apply>(input, answers, {
  events: [{ type: 'cancel' }, ...queueEvents],
  errors: [error, recoveryError],
});

const isIn = (snapshot: SnapshotFrom<Apply>, state: string) => snapshot.value === state;
const resultsOf = (step: Parameters<typeof outputOf>[0]) =>
  outputOf<{ results: ValidationResult[] }>(step).results ?? [];
const isSuccess = (step: Parameters<typeof outputOf>[0]) =>
  outputOf<{ outcome: string }>(step).outcome === 'applied' && allRequiredPassed(resultsOf(step));

const withGuard = (guard: string, lie: (args: unknown, params: never) => boolean): SeededMutation<Apply> => ({
  guard,
  machine: applyMachine.provide({ guards: { [guard]: lie } as never }),
  world,
});
const withAction = (guard: string, action: string): SeededMutation<Apply> => ({
  guard,
  machine: applyMachine.provide({ actions: { [action]: () => {} } }),
  world,
});

export const applyModel: Model<Apply> = {
  machine: applyMachine,
  worlds: [world],
  properties: [
    {
      property: 'The result is applied at once, exactly as it was asked for, and only once',
      claims: [
        claim(isInit, step => {
          const { nextCommands: _, ...asked } = input;
          return JSON.stringify(invokeInputOf(step, 'apply')) === JSON.stringify(asked);
        }),
        claim(
          step => invokeInputOf(step, 'apply') !== null,
          step => isInit(step),
        ),
      ],
      mutations: [
        {
          guard: 'an apply that is tried again by itself',
          machine: mutate(applyMachine, config =>
            withState(config, 'recovering', ({ invoke, ...state }) => ({
              ...state,
              invoke: { ...Object(invoke), onDone: 'applying' },
            })),
          ),
          world,
        },
      ],
    },
    {
      property: 'Applied means that it was applied and every required check passed',
      claims: [
        claim(
          ({ to }) => isIn(to, 'applied'),
          step => isAnswerOf(step, 'apply') && isSuccess(step) && step.to.output?.outcome === 'applied',
        ),
        claim(
          step => isAnswerOf(step, 'apply') && isSuccess(step),
          ({ to }) => isIn(to, 'applied'),
        ),
        claim(
          step => isAnswerOf(step, 'apply') && !isSuccess(step),
          step => isIn(step.to, 'constrained') && step.to.output?.outcome === outcomeOf(step),
        ),
      ],
      mutations: [
        withGuard('isApplySuccessful', () => true),
        withGuard('isApplySuccessful', () => false),
        withGuard('isApplySuccessful', (_, { outcome }: { outcome: string }) => outcome === 'applied'),
        withGuard('isApplySuccessful', (_, { results }: { results: ValidationResult[] }) => allRequiredPassed(results)),
        withAction('a result that is not kept', 'setResult'),
      ],
    },
    {
      property: 'A cancel does not interrupt what is being applied, and nothing is recovered of what is cancelled',
      claims: [
        claim(
          ({ from, event }) => isIn(from, 'applying') && event.type === 'cancel',
          ({ to }) => isIn(to, 'applying') && 'apply' in to.children,
        ),
        claim(
          step => isFailureOf(step, 'apply') && step.from.context.cancelled,
          ({ to }) => isIn(to, 'failed'),
        ),
        claim(
          ({ from, event }) => isIn(from, 'recovering') && event.type === 'cancel',
          ({ to }) => isIn(to, 'failed'),
        ),
      ],
      mutations: [
        withGuard('isCancelled', () => false),
        {
          guard: 'an apply that is cut off',
          machine: mutate(applyMachine, config =>
            withState(config, 'applying', state => ({ ...state, on: { cancel: 'failed' } })),
          ),
          world,
        },
      ],
    },
    {
      property: 'What fails is recovered, and says why it failed, and why the recovery did',
      claims: [
        claim(
          step => isFailureOf(step, 'apply') && !step.from.context.cancelled,
          step => {
            const asked = invokeInputOf(step, 'recover');
            const hints = JSON.stringify(Object(asked?.error).hints);
            return isIn(step.to, 'recovering') && hints.includes('plan apply') && hints.includes('plan revert');
          },
        ),
        claim(
          ({ to }) => isIn(to, 'failed'),
          ({ to: { output } }) =>
            output?.outcome === 'failed' && [error.message, recoveryError.message].includes(output.error.message),
        ),
        claim(
          step => isAnswerOf(step, 'recover'),
          ({ to: { output } }) => output?.outcome === 'failed' && output.recovery !== null,
        ),
        claim(
          step => isFailureOf(step, 'recover'),
          ({ to: { output }, event }) =>
            output?.outcome === 'failed' && output.recoveryError?.message === event.error.message,
        ),
        takesAnswersOf(world),
      ],
      mutations: [
        withGuard('isCancelled', () => true),
        withAction('a failure without its reason', 'setError'),
        withAction('a recovery that is not kept', 'setRecovery'),
        withAction('a recovery that fails in silence', 'setRecoveryError'),
      ],
    },
    waitsAreForwarded(applyMachine, world),
  ],
};
