/** What must hold of a correction up to where nothing can fail any more: all of it, or nothing. */
import type { SnapshotFrom } from 'xstate';
import { correctionMachine } from '../../machines/index.ts';
import { checkpointOf } from '../machines/effects.ts';
import { idOf, specOf } from '../machines/spec.ts';
import { altered, withState } from './altered.ts';
import { answering } from './answering.ts';
import type { World } from './explore.ts';
import { begins, begunWith, claim, isFailureOf } from './steps.ts';
import type { SeededFault, Theory } from './theorem.ts';

type Correction = typeof correctionMachine;

function correcting(
  treeOid: string | null,
  sandbox: { key: string; path: string } | null,
  expected: string | null = null,
): World<Correction> {
  return answering(
    {
      ...{ spec: specOf(), attempt: 1, sandbox, expected },
      order: {
        ...{ correctionId: idOf('K'), decisionId: idOf('D'), interventionId: idOf('N'), mode: 'revert', from: 'work' },
        ...{ guidance: 'otherwise', treeOid, sequence: null, mergedUpTo: null, force: false },
        ...{ decisions: [], superseded: [], childPlanIds: [], kept: [] },
      },
    },
    {
      keep: [{ present: checkpointOf('beforeCorrection') }],
      reopen: [{ sandbox: { key: 'next', path: '/n' } }],
      discard: [{ discarded: true }],
    },
  );
}

const before = { key: 'k', path: '/s' };
const opensNext = correcting('t1', before, 't0');

const lying = (
  guard: string,
  lie: (args: { context: SnapshotFrom<Correction>['context'] }) => boolean,
  world = opensNext,
): SeededFault<Correction> => ({ guard, machine: correctionMachine.provide({ guards: { [guard]: lie } }), world });

export const correctionTheory: Theory<Correction> = {
  machine: correctionMachine,
  worlds: [opensNext, correcting(null, before), correcting('t1', null), correcting(null, null)],
  theorems: [
    {
      theorem:
        'Corrected means that the present is kept, where there is one, and the next files are there, if any are wanted',
      claims: [
        claim(
          ({ to }) => to.value === 'corrected',
          ({ to }) => to.context.fault === null && to.output?.outcome === 'corrected',
        ),
        claim(
          ({ to: { value, context } }) => value === 'corrected' && context.sandbox !== null,
          ({ to }) => to.context.present !== null,
        ),
        claim(
          ({ to: { value, context } }) =>
            value === 'corrected' && context.sandbox !== null && context.order.treeOid !== null,
          ({ to }) => to.context.opened !== null,
        ),
      ],
      faults: [lying('hasNoFiles', () => true), lying('beginsEmpty', () => true)],
    },
    {
      theorem: 'Without files there is nothing to keep, and without a tree to begin with none is opened',
      claims: [
        claim(
          step => begins(step) && step.to.context.sandbox === null,
          ({ to }) => to.value === 'corrected',
        ),
        claim(
          ({ to }) => to.value === 'opening',
          ({ to }) => to.context.order.treeOid !== null,
        ),
      ],
      faults: [lying('beginsEmpty', () => false, correcting(null, before))],
    },
    {
      theorem: 'The present is kept only as it was left, and the files that are opened are those of the next attempt',
      claims: [
        claim(
          step => begunWith(step, 'keep') !== null,
          step =>
            begunWith(step, 'keep')?.expected === step.to.context.expected &&
            begunWith(step, 'keep')?.sandbox === step.to.context.sandbox,
        ),
        claim(
          step => begunWith(step, 'reopen') !== null,
          step =>
            begunWith(step, 'reopen')?.attempt === step.to.context.attempt + 1 &&
            begunWith(step, 'reopen')?.tree === step.to.context.order.treeOid,
        ),
        claim(
          step => begunWith(step, 'discard') !== null,
          step => begunWith(step, 'discard')?.attempt === step.to.context.attempt + 1,
        ),
      ],
      faults: [
        {
          guard: 'the files of the attempt that is corrected, taken away',
          machine: altered(correctionMachine, config =>
            withState(config, 'discarding', ({ invoke, ...state }) => ({
              ...state,
              invoke: { ...Object(invoke), input: ({ context }: { context: object }) => context },
            })),
          ),
          world: opensNext,
        },
      ],
    },
    {
      theorem: 'Refused means that there is a reason, and that nothing which was opened is left',
      claims: [
        claim(
          ({ to }) => to.value === 'refused',
          ({ from, to }) => to.context.fault !== null && to.context.opened === null && from.value !== 'opening',
        ),
        claim(
          step => isFailureOf(step, 'reopen'),
          ({ to }) => to.value === 'discarding',
        ),
      ],
      faults: [
        {
          guard: 'half a sandbox that is left',
          machine: altered(correctionMachine, config =>
            withState(config, 'opening', ({ invoke, ...state }) => ({
              ...state,
              invoke: { ...Object(invoke), onError: 'refused' },
            })),
          ),
          world: opensNext,
        },
      ],
    },
    {
      theorem: 'Nothing is opened before the present is kept',
      claims: [
        claim(
          ({ to }) => to.value === 'opening',
          ({ to }) => to.context.present !== null,
        ),
      ],
      faults: [
        {
          guard: 'opening at once',
          machine: altered(correctionMachine, config =>
            withState(config, 'beginning', () => ({ always: { target: 'opening' } })),
          ),
          world: opensNext,
        },
      ],
    },
  ],
};
