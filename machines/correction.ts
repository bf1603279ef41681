/**
 * A correction, up to the point where nothing can fail any more: the present is kept, and the next attempt's files are
 * laid out beside it. Owns the order keeping → opening, and what is taken away again when that fails. Does not change
 * the plan: the plan that spawned it does, in one turn, by the outcome.
 * 1. Corrected means that the present is kept and the files of the next attempt are there.
 * 2. Refused means that everything is as before: what was opened is discarded first.
 * 3. It always ends with an outcome; it never dies of a failing effect.
 */
import { assign, setup } from 'xstate';
import type { CheckpointDraft } from '../src/model/checkpoint.ts';
import type { CorrectionOrder } from '../src/model/correction.ts';
import { Fault, type StoredFault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import type { EffectInput, EffectOutput, SandboxHandle } from './contract.ts';
import { declared } from './declare.ts';

export interface CorrectionInput {
  spec: PlanSpec;
  order: CorrectionOrder;
  /** The attempt that is corrected; the next one is opened. */
  attempt: number;
  /** null while there are no files yet. */
  sandbox: SandboxHandle | null;
  /** The tree we left in the sandbox, when nobody else should have changed it since. */
  expected: string | null;
}

export type CorrectionOutput =
  | { outcome: 'corrected'; present: CheckpointDraft | null; sandbox: SandboxHandle | null }
  | { outcome: 'refused'; fault: StoredFault };

export interface CorrectionContext extends CorrectionInput {
  present: CheckpointDraft | null;
  opened: SandboxHandle | null;
  fault: StoredFault | null;
}

export const correctionMachine = setup({
  types: {
    context: {} as CorrectionContext,
    input: {} as CorrectionInput,
    output: {} as CorrectionOutput,
  },
  actors: {
    keep: declared<EffectInput<'keep'>, EffectOutput<'keep'>>('keep'),
    reopen: declared<EffectInput<'reopen'>, EffectOutput<'reopen'>>('reopen'),
    discard: declared<EffectInput<'discard'>, EffectOutput<'discard'>>('discard'),
  },
  guards: {
    hasNoFiles: ({ context }) => context.sandbox === null,
    beginsEmpty: ({ context }) => context.order.treeOid === null,
  },
  actions: {
    keepPresent: assign((_, { found }: { found: EffectOutput<'keep'> }) => ({ present: found.present })),
    keepOpened: assign((_, { found }: { found: EffectOutput<'reopen'> }) => ({ opened: found.sandbox })),
    keepFault: assign((_, { error }: { error: unknown }) => ({ fault: Fault.store(error) })),
  },
}).createMachine({
  id: 'correction',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({ ...input, present: null, opened: null, fault: null }),
  initial: 'beginning',
  states: {
    beginning: { always: [{ guard: 'hasNoFiles', target: 'corrected' }, { target: 'keeping' }] },
    keeping: {
      invoke: {
        id: 'keep',
        src: 'keep',
        input: ({ context }) => {
          const { spec, order, expected } = context;
          return { spec, order, expected, sandbox: sandboxOf(context) };
        },
        onDone: { target: 'kept', actions: { type: 'keepPresent', params: ({ event }) => ({ found: event.output }) } },
        onError: { target: 'refused', actions: { type: 'keepFault', params: ({ event }) => event } },
      },
    },
    kept: { always: [{ guard: 'beginsEmpty', target: 'corrected' }, { target: 'opening' }] },
    opening: {
      invoke: {
        id: 'reopen',
        src: 'reopen',
        input: ({ context: { spec, attempt, order } }) => ({ spec, attempt: attempt + 1, tree: order.treeOid ?? '' }),
        onDone: {
          target: 'corrected',
          actions: { type: 'keepOpened', params: ({ event }) => ({ found: event.output }) },
        },
        onError: { target: 'discarding', actions: { type: 'keepFault', params: ({ event }) => event } },
      },
    },
    discarding: {
      invoke: {
        id: 'discard',
        src: 'discard',
        input: ({ context }) => ({
          spec: context.spec,
          attempt: context.attempt + 1,
          present: presentOf(context),
        }),
        onDone: 'refused',
        onError: 'refused',
      },
    },
    corrected: { type: 'final' },
    refused: { type: 'final' },
  },
  output: ({ context: { fault, present, opened } }) =>
    fault === null ? { outcome: 'corrected', present, sandbox: opened } : { outcome: 'refused', fault },
});

function sandboxOf({ sandbox }: CorrectionContext): SandboxHandle {
  if (sandbox === null) throw new TypeError('there are no files to keep');
  return sandbox;
}

function presentOf({ present }: CorrectionContext): CheckpointDraft {
  if (present === null) throw new TypeError('the next attempt is opened before the present is kept');
  return present;
}
