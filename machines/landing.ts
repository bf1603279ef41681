/**
 * A part of a plan's work brought home while the plan goes on: judged by the rules, then landed. Owns the order
 * judging → landing. Does not change the plan: the plan that spawned it does, in one turn, by the outcome.
 * 1. Nothing lands that a rule forbids.
 * 2. Landed means that every required check of the part passed.
 * 3. It always ends with an outcome; it never dies of a failing effect.
 */
import { assign, setup } from 'xstate';
import { Fault, type StoredFault } from '../src/model/fault.ts';
import { mainLink } from '../src/model/link.ts';
import { requiredHold, type ValidationResult } from '../src/model/validation.ts';
import type { EffectInput, EffectOutput } from './contract.ts';
import { declared } from './declare.ts';
import { faultIn } from './plan/failing.ts';
import { reconciliationMachine } from './reconciliation.ts';

export type LandingInput = EffectInput<'land'>;
/** What landed, as the effect tells it. */
export type Landed = Extract<EffectOutput<'land'>, { outcome: 'landed' }>;

export type LandingOutput = { outcome: 'landed'; landed: Landed } | { outcome: 'refused'; fault: StoredFault };

export interface LandingContext extends LandingInput {
  ending: LandingOutput;
}

export const landingMachine = setup({
  types: {
    context: {} as LandingContext,
    input: {} as LandingInput,
    output: {} as LandingOutput,
  },
  actors: {
    reconciliation: reconciliationMachine,
    land: declared<LandingInput, EffectOutput<'land'>>('land'),
  },
  guards: {
    isReconciled: (_, { outcome }: { outcome: string }) => outcome === 'reconciled',
    isLanded: (_, { outcome, results }: { outcome: string; results: ValidationResult[] }) =>
      outcome === 'landed' && requiredHold(results),
  },
  actions: {
    keepLanded: assign(({ context }, { found }: { found: EffectOutput<'land'> }) => ({
      ending: found.outcome === 'landed' ? { outcome: 'landed' as const, landed: found } : context.ending,
    })),
    keepConstraint: assign((_, { found }: { found: EffectOutput<'land'> }) =>
      refused(found.outcome === 'constrained' ? found.fault : landedUnsound(found.commits)),
    ),
    keepFault: assign((_, { error }: { error: unknown }) => refused(Fault.store(error))),
  },
}).createMachine({
  id: 'landing',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({ ...input, ...refused(new Fault('INTERNAL', 'The landing never ended').toJSON()) }),
  initial: 'judging',
  states: {
    judging: {
      invoke: {
        id: 'reconciliation',
        src: 'reconciliation',
        input: ({ context: { spec, order } }) => ({
          spec,
          phase: 'apply',
          fromTree: mainLink(spec).baseTree,
          toTree: order.treeOid,
          sandbox: null,
        }),
        onDone: [
          { guard: { type: 'isReconciled', params: ({ event }) => event.output }, target: 'landing' },
          {
            target: 'refused',
            actions: { type: 'keepFault', params: ({ event }) => ({ error: faultIn(event.output) }) },
          },
        ],
        onError: { target: 'refused', actions: { type: 'keepFault', params: ({ event }) => event } },
      },
    },
    landing: {
      invoke: {
        id: 'land',
        src: 'land',
        input: ({ context: { ending: _, ...input } }) => input,
        onDone: [
          {
            guard: { type: 'isLanded', params: ({ event }) => event.output },
            target: 'landed',
            actions: { type: 'keepLanded', params: ({ event }) => ({ found: event.output }) },
          },
          {
            target: 'refused',
            actions: { type: 'keepConstraint', params: ({ event }) => ({ found: event.output }) },
          },
        ],
        onError: { target: 'refused', actions: { type: 'keepFault', params: ({ event }) => event } },
      },
    },
    landed: { type: 'final' },
    refused: { type: 'final' },
  },
  output: ({ context }) => context.ending,
});

function refused(fault: StoredFault): Pick<LandingContext, 'ending'> {
  return { ending: { outcome: 'refused', fault } };
}

/** An effect that landed although its own checks failed has broken its contract; the person must know what landed. */
export function landedUnsound(commits: readonly string[]): StoredFault {
  return new Fault('INTERNAL', `The result was landed as ${commits.join(', ')} although a required validation failed`, {
    retriable: false,
    hints: ['git show', 'troupe plan explain'],
  }).toJSON();
}
