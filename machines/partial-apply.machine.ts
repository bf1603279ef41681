/**
 * Applies a part of a plan's work while the plan continues: checks the invariants, then applies. Does not change the plan: the
 * plan does, in one turn, when it receives the output.
 * 1. Nothing is applied that violates an invariant.
 * 2. `applied` means that every required validation of the part passed.
 * 3. It always ends with an output, also when an effect fails.
 */

import { assign, sendParent, setup } from 'xstate';
import { commandHint } from '../src/model/command-hint.ts';
import { type SerializedError, TroupeError } from '../src/model/errors.ts';
import { primaryProject } from '../src/model/primary-project.ts';
import { isApplySuccessful } from './apply.machine.ts';
import type { EffectInput, EffectOutput } from './effects.ts';
import { errorFromOutput } from './plan/output.ts';
import { reconciliationMachine } from './reconciliation.machine.ts';
import type { AgentQueueEvent } from './retry.machine.ts';
import { unprovidedActor } from './unprovided-actor.ts';

/** Input of {@link partialApplyMachine}, the same as that of the effect `applyPart`. */
export type PartialApplyInput = EffectInput<'applyPart'>;
/** What was applied, as the effect returns it. */
export type PartialApplyResult = Extract<EffectOutput<'applyPart'>, { outcome: 'applied' }>;

/** Output of {@link partialApplyMachine}: what was applied, or the error that prevented it. */
export type PartialApplyOutput =
  | { outcome: 'applied'; applied: PartialApplyResult }
  | { outcome: 'rejected'; error: SerializedError };

export interface PartialApplyContext extends PartialApplyInput {
  result: PartialApplyOutput;
}

/** The machine of a partial apply: reconciliation, then the effect `applyPart`. Its effects must be provided. */
export const partialApplyMachine = setup({
  types: {
    context: {} as PartialApplyContext,
    events: {} as AgentQueueEvent,
    input: {} as PartialApplyInput,
    output: {} as PartialApplyOutput,
  },
  actors: {
    reconciliation: reconciliationMachine,
    applyPart: unprovidedActor<PartialApplyInput, EffectOutput<'applyPart'>>('applyPart'),
  },
  guards: {
    isReconciled: (_, { outcome }: { outcome: string }) => outcome === 'reconciled',
    isApplySuccessful: (_, output: EffectOutput<'applyPart'>) => isApplySuccessful(output),
  },
  actions: {
    /** The validations of the part wait for a worker, or its review for a slot. */
    forward: sendParent((_, event: AgentQueueEvent) => event),
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
    ...rejectedWith(new TroupeError('INTERNAL', 'The partial apply did not end').toJSON()),
  }),
  initial: 'reconciling',
  on: {
    'agent.queued': { actions: { type: 'forward', params: ({ event }) => event } },
    'agent.admitted': { actions: { type: 'forward', params: ({ event }) => event } },
  },
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

/** An effect that applied a result with failed validations has broken its contract: the error names the commits. */
export function appliedWithFailedChecksError(commits: readonly string[]): SerializedError {
  return new TroupeError(
    'INTERNAL',
    `The result was applied as ${commits.join(', ')} although a required validation failed`,
    {
      retriable: false,
      hints: ['git show', commandHint('plan explain')],
    },
  ).toJSON();
}
