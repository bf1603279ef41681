/** What must hold of a part of a plan that is applied before the rest: reconciled first, applied only when its checks passed. */
import type { SnapshotFrom } from 'xstate';
import { type PartialApplyInput, partialApplyMachine } from '../../machines/index.ts';
import { primaryProject } from '../../src/model/primary-project.ts';
import { allRequiredPassed, type ValidationResult } from '../../src/model/validation.ts';
import { sampleError, sampleResult, sampleSpec } from '../machines/fixtures.ts';
import { sampleCheckpoint } from '../machines/scripted-effects.ts';
import { mutate } from './mutate.ts';
import { queueEvents } from './plan/inputs.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, invokeInputOf, isAnswerOf, isInit, outcomeOf, outputOf, takesAnswersOf } from './steps.ts';
import { waitsAreForwarded } from './waits.ts';
import { withAnswers } from './with-answers.ts';

type PartialApplyMachine = typeof partialApplyMachine;

const spec = sampleSpec();
const error = sampleError();
const order: PartialApplyInput['order'] = {
  ...{ applyId: 'l', attempt: 1, baseTree: primaryProject(spec).baseTree, treeOid: 't1', left: [], subplans: [] },
  ...{ target: { kind: 'checkout' as const }, commit: null, after: null, checkpointId: 'c' },
};
const appliedPart = {
  ...{ outcome: 'applied', commits: ['c'], files: ['f'], results: [] as ValidationResult[] },
  ...{ links: spec.projectLinks, changeSet: null, checkpoint: sampleCheckpoint('postApply'), after: null },
};
const world = withAnswers<PartialApplyMachine>(
  { spec, attempt: 1, order, sandbox: { key: 'k', path: '/s' }, resultTree: null, rebases: false },
  {
    reconciliation: [
      { outcome: 'reconciled', invariants: [] },
      { outcome: 'violated', invariants: [], violations: [], error },
      { outcome: 'failed', error },
    ],
    applyPart: [
      appliedPart,
      { ...appliedPart, results: [sampleResult('check')] },
      { ...appliedPart, results: [sampleResult('check', { passed: false })] },
      { outcome: 'constrained', error, results: [], checkpoint: sampleCheckpoint('preApply') },
    ],
  },
  { events: queueEvents },
);

const withGuard = (
  guard: string,
  lie: (args: unknown, params: never) => boolean,
): SeededMutation<PartialApplyMachine> => ({
  guard,
  machine: partialApplyMachine.provide({ guards: { [guard]: lie } as never }),
  world,
});
const isIn = (snapshot: SnapshotFrom<PartialApplyMachine>, state: string) => snapshot.value === state;
const resultsOf = (step: Parameters<typeof outputOf>[0]) =>
  outputOf<{ results: ValidationResult[] }>(step).results ?? [];

export const partialApplyModel: Model<PartialApplyMachine> = {
  machine: partialApplyMachine,
  worlds: [world],
  properties: [
    {
      property: 'Nothing is applied before the invariants were checked against the part, and hold',
      claims: [
        claim(isInit, step => {
          const { fromTree, toTree, phase } = invokeInputOf(step, 'reconciliation') ?? {};
          return fromTree === order.baseTree && toTree === order.treeOid && phase === 'apply';
        }),
        claim(
          step => invokeInputOf(step, 'applyPart') !== null,
          step => isAnswerOf(step, 'reconciliation') && outcomeOf(step) === 'reconciled',
        ),
        claim(
          step => isAnswerOf(step, 'reconciliation') && outcomeOf(step) === 'reconciled',
          ({ to }) => isIn(to, 'applying'),
        ),
      ],
      mutations: [
        withGuard('isReconciled', () => true),
        withGuard('isReconciled', () => false),
        {
          guard: 'an apply at once',
          machine: mutate(partialApplyMachine, config => ({ ...config, initial: 'applying' })),
          world,
        },
      ],
    },
    {
      property: 'Applied means that it was applied and every required check of the part passed',
      claims: [
        claim(
          ({ to }) => isIn(to, 'applied'),
          step =>
            isAnswerOf(step, 'applyPart') &&
            outcomeOf(step) === 'applied' &&
            allRequiredPassed(resultsOf(step)) &&
            step.to.output?.outcome === 'applied',
        ),
        claim(
          step => isAnswerOf(step, 'applyPart') && outcomeOf(step) === 'applied' && allRequiredPassed(resultsOf(step)),
          ({ to }) => isIn(to, 'applied'),
        ),
      ],
      mutations: [
        withGuard('isApplySuccessful', () => true),
        withGuard('isApplySuccessful', () => false),
        withGuard('isApplySuccessful', (_, { outcome }: { outcome: string }) => outcome === 'applied'),
        withGuard('isApplySuccessful', (_, { results }: { results: ValidationResult[] }) => allRequiredPassed(results)),
      ],
    },
    {
      property: 'A part that did not land says why, and by what it was refused',
      claims: [
        claim(
          ({ to }) => isIn(to, 'rejected'),
          ({ to }) => to.output?.outcome === 'rejected' && to.output.error.message !== 'The partial apply did not end',
        ),
        takesAnswersOf(world),
      ],
      mutations: [
        {
          guard: 'a refusal without its reason',
          machine: partialApplyMachine.provide({ actions: { setError: () => {} } }),
          world,
        },
        {
          guard: 'a constraint without its reason',
          machine: partialApplyMachine.provide({ actions: { setConstrained: () => {} } }),
          world,
        },
      ],
    },
    waitsAreForwarded(partialApplyMachine, world),
  ],
};
