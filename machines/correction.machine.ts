/**
 * Does everything in a correction that can fail: creates a checkpoint of the current state, then opens the sandbox of the next
 * attempt; removes that sandbox again when opening it fails. Does not change the plan: the plan does, in one turn, when it
 * receives the output.
 * 1. `corrected` means that the checkpoint and the files of the next attempt exist.
 * 2. `rejected` means that nothing changed: a sandbox that was opened is removed first.
 * 3. It always ends with an output, also when an effect fails.
 */
import { assign, setup } from 'xstate';
import type { CheckpointDraft } from '../src/model/checkpoint.ts';
import type { CorrectionRequest } from '../src/model/correction.ts';
import { type SerializedError, TroupeError } from '../src/model/errors.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { EffectInput, EffectOutput, SandboxRef } from './effects.ts';
import { unprovidedActor } from './unprovided-actor.ts';

/** Input of {@link correctionMachine}. */
export interface CorrectionInput {
  spec: PlanSpec;
  order: CorrectionRequest;
  /** The attempt to correct, counted from 1; the sandbox of the next one is opened. */
  attempt: number;
  /** null if the plan has no sandbox yet. */
  sandbox: SandboxRef | null;
  /** The tree that Troupe left in the sandbox, if nothing else should have changed it since; else null. */
  expected: string | null;
}

/** Output of {@link correctionMachine}. `present` is the checkpoint of the state before; both are null without a sandbox. */
export type CorrectionOutput =
  | { outcome: 'corrected'; present: CheckpointDraft | null; sandbox: SandboxRef | null }
  | { outcome: 'rejected'; error: SerializedError };

export interface CorrectionContext extends CorrectionInput {
  present: CheckpointDraft | null;
  nextSandbox: SandboxRef | null;
  error: SerializedError | null;
}

/** The correction machine: creates a checkpoint, then opens the sandbox of the next attempt. Its effects must be provided. */
export const correctionMachine = setup({
  types: {
    context: {} as CorrectionContext,
    input: {} as CorrectionInput,
    output: {} as CorrectionOutput,
  },
  actors: {
    checkpointCurrent: unprovidedActor<EffectInput<'checkpointCurrent'>, EffectOutput<'checkpointCurrent'>>(
      'checkpointCurrent',
    ),
    openNextSandbox: unprovidedActor<EffectInput<'openNextSandbox'>, EffectOutput<'openNextSandbox'>>(
      'openNextSandbox',
    ),
    removeSandbox: unprovidedActor<EffectInput<'removeSandbox'>, EffectOutput<'removeSandbox'>>('removeSandbox'),
  },
  guards: {
    hasNoFiles: ({ context }) => context.sandbox === null,
    startsEmpty: ({ context }) => context.order.treeOid === null,
  },
  actions: {
    setCheckpoint: assign((_, { found }: { found: EffectOutput<'checkpointCurrent'> }) => ({ present: found.present })),
    setNextSandbox: assign((_, { found }: { found: EffectOutput<'openNextSandbox'> }) => ({
      nextSandbox: found.sandbox,
    })),
    setError: assign((_, { error }: { error: unknown }) => ({ error: TroupeError.serialize(error) })),
  },
}).createMachine({
  id: 'correction',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({ ...input, present: null, nextSandbox: null, error: null }),
  initial: 'init',
  states: {
    init: { always: [{ guard: 'hasNoFiles', target: 'corrected' }, { target: 'checkpointing' }] },
    checkpointing: {
      invoke: {
        id: 'checkpointCurrent',
        src: 'checkpointCurrent',
        input: ({ context }) => {
          const { spec, order, expected } = context;
          return { spec, order, expected, sandbox: requireSandbox(context) };
        },
        onDone: {
          target: 'checkpointed',
          actions: { type: 'setCheckpoint', params: ({ event }) => ({ found: event.output }) },
        },
        onError: { target: 'rejected', actions: { type: 'setError', params: ({ event }) => event } },
      },
    },
    checkpointed: { always: [{ guard: 'startsEmpty', target: 'corrected' }, { target: 'openingSandbox' }] },
    openingSandbox: {
      invoke: {
        id: 'openNextSandbox',
        src: 'openNextSandbox',
        input: ({ context: { spec, attempt, order } }) => ({ spec, attempt: attempt + 1, tree: order.treeOid ?? '' }),
        onDone: {
          target: 'corrected',
          actions: { type: 'setNextSandbox', params: ({ event }) => ({ found: event.output }) },
        },
        onError: { target: 'removingSandbox', actions: { type: 'setError', params: ({ event }) => event } },
      },
    },
    removingSandbox: {
      invoke: {
        id: 'removeSandbox',
        src: 'removeSandbox',
        input: ({ context }) => ({
          spec: context.spec,
          attempt: context.attempt + 1,
          present: requireCheckpoint(context),
        }),
        onDone: 'rejected',
        onError: 'rejected',
      },
    },
    corrected: { type: 'final' },
    rejected: { type: 'final' },
  },
  output: ({ context: { error, present, nextSandbox } }) =>
    error === null ? { outcome: 'corrected', present, sandbox: nextSandbox } : { outcome: 'rejected', error },
});

function requireSandbox({ sandbox }: CorrectionContext): SandboxRef {
  if (sandbox === null) throw new TypeError('there are no files to keep');
  return sandbox;
}

function requireCheckpoint({ present }: CorrectionContext): CheckpointDraft {
  if (present === null)
    throw new TypeError('the next attempt is opened before the checkpoint of the current state is made');
  return present;
}
