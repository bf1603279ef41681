/**
 * The work of Apply: applies the reviewed result, once, and prepares the recovery if that fails. Does not change the plan: the
 * plan does, in one turn, when it receives the output.
 * 1. The effect `apply` runs once, and nothing interrupts it: a cancel only prevents the recovery, which a cancelled plan does not need.
 * 2. `applied` means that every required validation passed.
 * 3. It always ends with an output, also when an effect fails.
 */
import { assign, sendParent, setup } from 'xstate';
import { type SerializedError, TroupeError } from '../src/model/errors.ts';
import { withPlanHints } from '../src/model/hints.ts';
import { allRequiredPassed, type ValidationResult } from '../src/model/validation.ts';
import type { EffectInput, EffectOutput, PlanCommand } from './effects.ts';
import type { AgentQueueEvent } from './retry.machine.ts';
import { unprovidedActor } from './unprovided-actor.ts';

/** Input of {@link applyMachine}. */
export interface ApplyMachineInput extends EffectInput<'apply'> {
  /** The commands of the plan if the apply fails, best first: hints of the error. */
  nextCommands: PlanCommand['type'][];
}

/** Output of {@link applyMachine}: the output of the effect `apply`, or its error. */
export type ApplyMachineOutput = EffectOutput<'apply'> | ApplyFailure;

/** Why nothing was applied, and what the recovery prepared; `recovery` is null if that failed too, or was cancelled. */
export interface ApplyFailure {
  outcome: 'failed';
  error: SerializedError;
  recovery: EffectOutput<'recover'> | null;
  recoveryError: SerializedError | null;
}

export interface ApplyMachineContext extends ApplyMachineInput {
  cancelled: boolean;
  result: ApplyMachineOutput;
}

/** The machine of an apply: the effect `apply`, then `recover` if that fails. Its effects must be provided. */
export const applyMachine = setup({
  types: {
    context: {} as ApplyMachineContext,
    /** The plan was cancelled. */
    events: {} as { type: 'cancel' } | AgentQueueEvent,
    input: {} as ApplyMachineInput,
    output: {} as ApplyMachineOutput,
  },
  actors: {
    apply: unprovidedActor<EffectInput<'apply'>, EffectOutput<'apply'>>('apply'),
    recover: unprovidedActor<EffectInput<'recover'>, EffectOutput<'recover'>>('recover'),
  },
  guards: {
    isApplySuccessful: (_, output: EffectOutput<'apply'>) => isApplySuccessful(output),
    isCancelled: ({ context }) => context.cancelled,
  },
  actions: {
    setCancelled: assign({ cancelled: true }),
    /** The validations on a moved target wait for a worker. */
    forward: sendParent((_, event: AgentQueueEvent) => event),
    setResult: assign((_, { output }: { output: EffectOutput<'apply'> }) => ({ result: output })),
    setError: assign((_, { error }: { error: unknown }) => ({ result: failedWith(error) })),
    setRecovery: assign(({ context }, { output }: { output: EffectOutput<'recover'> }) => ({
      result: { ...failureOf(context), recovery: output },
    })),
    setRecoveryError: assign(({ context }, { error }: { error: unknown }) => ({
      result: { ...failureOf(context), recoveryError: TroupeError.serialize(error) },
    })),
  },
}).createMachine({
  id: 'apply',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({
    ...input,
    cancelled: false,
    result: failedWith(new TroupeError('INTERNAL', 'The apply did not end')),
  }),
  initial: 'applying',
  on: {
    'agent.queued': { actions: { type: 'forward', params: ({ event }) => event } },
    'agent.admitted': { actions: { type: 'forward', params: ({ event }) => event } },
  },
  states: {
    applying: {
      on: { cancel: { actions: 'setCancelled' } },
      invoke: {
        id: 'apply',
        src: 'apply',
        input: ({ context: { nextCommands: _, cancelled: __, result: ___, ...input } }) => input,
        onDone: [
          {
            guard: { type: 'isApplySuccessful', params: ({ event }) => event.output },
            target: 'applied',
            actions: { type: 'setResult', params: ({ event }) => event },
          },
          { target: 'constrained', actions: { type: 'setResult', params: ({ event }) => event } },
        ],
        onError: [
          { guard: 'isCancelled', target: 'failed', actions: { type: 'setError', params: ({ event }) => event } },
          { target: 'recovering', actions: { type: 'setError', params: ({ event }) => event } },
        ],
      },
    },
    recovering: {
      on: { cancel: 'failed' },
      invoke: {
        id: 'recover',
        src: 'recover',
        input: ({ context }) => ({
          spec: context.spec,
          phase: 'apply',
          attempt: context.attempt,
          error: withPlanHints(failureOf(context).error, context.spec.planId, context.nextCommands),
          sandbox: context.sandbox,
        }),
        onDone: { target: 'failed', actions: { type: 'setRecovery', params: ({ event }) => event } },
        onError: { target: 'failed', actions: { type: 'setRecoveryError', params: ({ event }) => event } },
      },
    },
    applied: { type: 'final' },
    constrained: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context }) => context.result,
});

/** Whether a result was applied with every required validation passed: the outcome alone is not trusted. */
export function isApplySuccessful(output: { outcome: string; results?: ValidationResult[] }): boolean {
  return output.outcome === 'applied' && allRequiredPassed(output.results ?? []);
}

function failedWith(error: unknown): ApplyFailure {
  return { outcome: 'failed', error: TroupeError.serialize(error), recovery: null, recoveryError: null };
}

/** Returns the failure that is being recovered from. */
function failureOf({ result }: ApplyMachineContext): ApplyFailure {
  if (result.outcome !== 'failed') throw new TypeError('the apply recovers from a failure it does not have');
  return result;
}
