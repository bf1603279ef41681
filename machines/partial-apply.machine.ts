/**
 * A part of a plan's work brought home while the plan goes on: judged by the rules, then landed. Owns the order
 * judging → landing. Does not change the plan: the plan that spawned it does, in one turn, by the outcome.
 * 1. Nothing lands that a rule forbids.
 * 2. Landed means that every required check of the part passed.
 * 3. It always ends with an outcome; it never dies of a failing effect.
 */

import { assign, setup } from 'xstate';
import { commandHint } from '../src/model/command-hint.ts';
import { type SerializedError, TroupeError } from '../src/model/errors.ts';
import { primaryProject } from '../src/model/primary-project.ts';
import { allRequiredPassed, type ValidationResult } from '../src/model/validation.ts';
import type { EffectInput, EffectOutput } from './effects.ts';
import { errorFromOutput } from './plan/output.ts';
import { reconciliationMachine } from './reconciliation.machine.ts';
import { unprovidedActor } from './unprovided-actor.ts';

export type PartialApplyInput = EffectInput<'applyPart'>;
/** What landed, as the effect tells it. */
export type PartialApplyResult = Extract<EffectOutput<'applyPart'>, { outcome: 'applied' }>;

export type PartialApplyOutput =
  | { outcome: 'applied'; applied: PartialApplyResult }
  | { outcome: 'rejected'; error: SerializedError };

export interface PartialApplyContext extends PartialApplyInput {
  result: PartialApplyOutput;
}

export const partialApplyMachine = setup({
  types: {
    context: {} as PartialApplyContext,
    input: {} as PartialApplyInput,
    output: {} as PartialApplyOutput,
  },
  actors: {
    reconciliation: reconciliationMachine,
    applyPart: unprovidedActor<PartialApplyInput, EffectOutput<'applyPart'>>('applyPart'),
  },
  guards: {
    isReconciled: (_, { outcome }: { outcome: string }) => outcome === 'reconciled',
    isApplySuccessful: (_, { outcome, results }: { outcome: string; results: ValidationResult[] }) =>
      outcome === 'applied' && allRequiredPassed(results),
  },
  actions: {
    setApplied: assign(({ context }, { found }: { found: EffectOutput<'applyPart'> }) => ({
      result: found.outcome === 'applied' ? { outcome: 'applied' as const, applied: found } : context.result,
    })),
    setConstrained: assign((_, { found }: { found: EffectOutput<'applyPart'> }) =>
      rejectedWith(found.outcome === 'constrained' ? found.error : appliedWithFailedChecksError(found.commits)),
    ),
    setError: assign((_, { error }: { error: unknown }) => rejectedWith(TroupeError.serialize(error))),
  },
}).createMachine({
  id: 'applying',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({
    ...input,
    ...rejectedWith(new TroupeError('INTERNAL', 'The landing never ended').toJSON()),
  }),
  initial: 'reconciling',
  states: {
    reconciling: {
      invoke: {
        id: 'reconciliation',
        src: 'reconciliation',
        input: ({ context: { spec, order } }) => ({
          spec,
          phase: 'apply',
          fromTree: primaryProject(spec).baseTree,
          toTree: order.treeOid,
          sandbox: null,
        }),
        onDone: [
          { guard: { type: 'isReconciled', params: ({ event }) => event.output }, target: 'applying' },
          {
            target: 'rejected',
            actions: { type: 'setError', params: ({ event }) => ({ error: errorFromOutput(event.output) }) },
          },
        ],
        onError: { target: 'rejected', actions: { type: 'setError', params: ({ event }) => event } },
      },
    },
    applying: {
      invoke: {
        id: 'applyPart',
        src: 'applyPart',
        input: ({ context: { result: _, ...input } }) => input,
        onDone: [
          {
            guard: { type: 'isApplySuccessful', params: ({ event }) => event.output },
            target: 'applied',
            actions: { type: 'setApplied', params: ({ event }) => ({ found: event.output }) },
          },
          {
            target: 'rejected',
            actions: { type: 'setConstrained', params: ({ event }) => ({ found: event.output }) },
          },
        ],
        onError: { target: 'rejected', actions: { type: 'setError', params: ({ event }) => event } },
      },
    },
    applied: { type: 'final' },
    rejected: { type: 'final' },
  },
  output: ({ context }) => context.result,
});

function rejectedWith(error: SerializedError): Pick<PartialApplyContext, 'result'> {
  return { result: { outcome: 'rejected', error } };
}

/** An effect that landed although its own checks failed has broken its contract; the person must know what landed. */
export function appliedWithFailedChecksError(commits: readonly string[]): SerializedError {
  return new TroupeError(
    'INTERNAL',
    `The result was landed as ${commits.join(', ')} although a required validation failed`,
    {
      retriable: false,
      hints: ['git show', commandHint('plan explain')],
    },
  ).toJSON();
}
