/** What must hold of a correction up to where nothing can fail any more: all of it, or nothing. */
import type { SnapshotFrom } from 'xstate';
import { correctionMachine } from '../../machines/index.ts';
import { sampleSpec, ulidOf } from '../machines/fixtures.ts';
import { sampleCheckpoint } from '../machines/scripted-effects.ts';
import type { World } from './explore.ts';
import { mutate, withState } from './mutate.ts';
import type { Model, SeededMutation } from './property.ts';
import { claim, invokeInputOf, isFailureOf, isInit, takesAnswersOf } from './steps.ts';
import { withAnswers } from './with-answers.ts';

type Correction = typeof correctionMachine;

function correcting(
  treeOid: string | null,
  sandbox: { key: string; path: string } | null,
  expected: string | null = null,
): World<Correction> {
  return withAnswers(
    {
      ...{ spec: sampleSpec(), attempt: 1, sandbox, expected },
      order: {
        ...{
          correctionId: ulidOf('K'),
          decisionId: ulidOf('D'),
          interventionId: ulidOf('N'),
          mode: 'revert',
          from: 'work',
        },
        ...{ guidance: 'otherwise', treeOid, sequence: null, mergedUpTo: null, force: false },
        ...{ decisions: [], superseded: [], childPlanIds: [], checkpointed: [] },
      },
    },
    {
      checkpointCurrent: [{ present: sampleCheckpoint('beforeCorrection') }],
      openNextSandbox: [{ sandbox: { key: 'next', path: '/n' } }],
      removeSandbox: [{ discarded: true }],
    },
  );
}

const before = { key: 'k', path: '/s' };
const opensNext = correcting('t1', before, 't0');

const withGuard = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Correction>['context'] }) => boolean,
  world = opensNext,
): SeededMutation<Correction> => ({ guard, machine: correctionMachine.provide({ guards: { [guard]: lie } }), world });

export const correctionModel: Model<Correction> = {
  machine: correctionMachine,
  worlds: [opensNext, correcting(null, before), correcting('t1', null), correcting(null, null)],
  properties: [
    {
      property:
        'Corrected means that the current state has a checkpoint, where there is one, and the next files are there, if any are wanted',
      claims: [
        claim(
          ({ to }) => to.value === 'corrected',
          ({ to }) => to.context.error === null && to.output?.outcome === 'corrected',
        ),
        claim(
          ({ to: { value, context } }) => value === 'corrected' && context.sandbox !== null,
          ({ to }) => to.context.present !== null,
        ),
        claim(
          ({ to: { value, context } }) =>
            value === 'corrected' && context.sandbox !== null && context.order.treeOid !== null,
          ({ to }) => to.context.nextSandbox !== null,
        ),
      ],
      mutations: [withGuard('hasNoFiles', () => true), withGuard('startsEmpty', () => true)],
    },
    {
      property: 'Without files there is nothing to keep, and without a tree to begin with none is opened',
      claims: [
        claim(
          step => isInit(step) && step.to.context.sandbox === null,
          ({ to }) => to.value === 'corrected',
        ),
        claim(
          ({ to }) => to.value === 'openingSandbox',
          ({ to }) => to.context.order.treeOid !== null,
        ),
      ],
      mutations: [withGuard('startsEmpty', () => false, correcting(null, before))],
    },
    {
      property: 'The present is kept only as it was left, and the files that are opened are those of the next attempt',
      claims: [
        claim(
          step => invokeInputOf(step, 'checkpointCurrent') !== null,
          step =>
            invokeInputOf(step, 'checkpointCurrent')?.expected === step.to.context.expected &&
            invokeInputOf(step, 'checkpointCurrent')?.sandbox === step.to.context.sandbox,
        ),
        claim(
          step => invokeInputOf(step, 'openNextSandbox') !== null,
          step =>
            invokeInputOf(step, 'openNextSandbox')?.attempt === step.to.context.attempt + 1 &&
            invokeInputOf(step, 'openNextSandbox')?.tree === step.to.context.order.treeOid,
        ),
        claim(
          step => invokeInputOf(step, 'removeSandbox') !== null,
          step => invokeInputOf(step, 'removeSandbox')?.attempt === step.to.context.attempt + 1,
        ),
      ],
      mutations: [
        {
          guard: 'the files of the attempt that is corrected, taken away',
          machine: mutate(correctionMachine, config =>
            withState(config, 'removingSandbox', ({ invoke, ...state }) => ({
              ...state,
              invoke: { ...Object(invoke), input: ({ context }: { context: object }) => context },
            })),
          ),
          world: opensNext,
        },
      ],
    },
    {
      property: 'Refused means that there is a reason, and that nothing which was opened is left',
      claims: [
        claim(
          ({ to }) => to.value === 'rejected',
          ({ from, to }) =>
            to.context.error !== null && to.context.nextSandbox === null && from.value !== 'openingSandbox',
        ),
        claim(
          step => isFailureOf(step, 'openNextSandbox'),
          ({ to }) => to.value === 'removingSandbox',
        ),
        takesAnswersOf(opensNext),
      ],
      mutations: [
        {
          guard: 'half a sandbox that is left',
          machine: mutate(correctionMachine, config =>
            withState(config, 'openingSandbox', ({ invoke, ...state }) => ({
              ...state,
              invoke: { ...Object(invoke), onError: 'rejected' },
            })),
          ),
          world: opensNext,
        },
      ],
    },
    {
      property: 'Nothing is opened before the current state has a checkpoint',
      claims: [
        claim(
          ({ to }) => to.value === 'openingSandbox',
          ({ to }) => to.context.present !== null,
        ),
      ],
      mutations: [
        {
          guard: 'opening at once',
          machine: mutate(correctionMachine, config =>
            withState(config, 'init', () => ({ always: { target: 'openingSandbox' } })),
          ),
          world: opensNext,
        },
      ],
    },
  ],
};
