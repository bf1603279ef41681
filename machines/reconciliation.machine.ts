/**
 * Reconciliation at a phase boundary: collects the effective invariants, emits the decisions about them, and checks them.
 * Does not decide what a violation blocks: the plan does, by the output.
 * 1. A plan whose `actors.invariant` is null has nothing to reconcile.
 * 2. A subplan never collects scopes: it has its parent's invariants. It records them once, before Strategize.
 * 3. It always ends with an output, also when an effect fails.
 */

import { assign, enqueueActions, setup } from 'xstate';
import { commandHint } from '../src/model/command-hint.ts';
import type { DecisionDraft } from '../src/model/decision.ts';
import { type SerializedError, TroupeError } from '../src/model/errors.ts';
import type { PlanEventPayload } from '../src/model/event.ts';
import type { Invariant } from '../src/model/invariant.ts';
import type { Phase, PlanSpec } from '../src/model/plan.ts';
import type { EffectInput, EffectOutput, SandboxRef, Violation } from './effects.ts';
import { unprovidedActor } from './unprovided-actor.ts';

/** Input of {@link reconciliationMachine}. */
export interface ReconciliationInput {
  spec: PlanSpec;
  /** The phase that is about to start. */
  phase: Phase;
  /** The trees between which the changes are checked; null as in {@link CheckedTrees}. */
  fromTree: string | null;
  toTree: string | null;
  sandbox: SandboxRef | null;
}

/** Output of {@link reconciliationMachine}: the effective invariants, with the violations if there are any. */
export type ReconciliationOutput =
  | { outcome: 'reconciled'; invariants: Invariant[] }
  | { outcome: 'violated'; invariants: Invariant[]; violations: Violation[]; error: SerializedError }
  | { outcome: 'failed'; error: SerializedError };

export interface ReconciliationContext extends ReconciliationInput {
  invariants: Invariant[];
  conflictCount: number;
  decisions: DecisionDraft[];
  violations: Violation[];
  error: SerializedError | null;
}

/** The reconciliation machine: collects the invariants of all scopes, then checks them. Its effects must be provided. */
export const reconciliationMachine = setup({
  types: {
    context: {} as ReconciliationContext,
    input: {} as ReconciliationInput,
    output: {} as ReconciliationOutput,
    emitted: {} as PlanEventPayload,
  },
  actors: {
    collectInvariants: unprovidedActor<EffectInput<'collectInvariants'>, EffectOutput<'collectInvariants'>>(
      'collectInvariants',
    ),
    check: unprovidedActor<EffectInput<'check'>, EffectOutput<'check'>>('check'),
  },
  guards: {
    isOff: ({ context }) => context.spec.actors.invariant === null,
    inherits: ({ context }) =>
      context.spec.depth > 0 && (context.phase !== 'strategize' || context.spec.invariants.length === 0),
    hasNothingToCheck: ({ context }) => context.invariants.length === 0,
    isViolated: (_, params: { violations: Violation[] }) => params.violations.length > 0,
  },
  actions: {
    inherit: assign(({ context }) => ({ invariants: context.spec.invariants })),
    setEffective: assign(({ context }, { found }: { found: EffectOutput<'collectInvariants'> }) => ({
      invariants: context.spec.depth > 0 ? context.spec.invariants : found.effective,
      conflictCount: found.conflictCount,
      decisions: found.decisions,
    })),
    emitReconciled: enqueueActions(({ context, enqueue }) => {
      const { planId } = context.spec;
      for (const decision of context.decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
      enqueue.emit({
        type: 'invariant.reconciled',
        planId,
        phase: context.phase,
        effectiveCount: context.invariants.length,
        conflictCount: context.conflictCount,
        decisionIds: context.decisions.map(({ decisionId }) => decisionId),
      });
      enqueue.assign({ decisions: [] });
    }),
    setViolations: assign((_, { violations }: { violations: Violation[] }) => ({ violations })),
    emitViolated: enqueueActions(({ context, enqueue }) => {
      const { planId } = context.spec;
      for (const { invariantId, text, files, message } of context.violations) {
        enqueue.emit({ type: 'invariant.violated', planId, phase: context.phase, invariantId, text, files, message });
      }
    }),
    setError: assign((_, { error }: { error: unknown }) => ({ error: TroupeError.serialize(error) })),
  },
}).createMachine({
  id: 'reconciliation',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({
    ...input,
    invariants: [],
    conflictCount: 0,
    decisions: [],
    violations: [],
    error: null,
  }),
  initial: 'init',
  states: {
    init: {
      always: [
        { guard: 'isOff', target: 'reconciled' },
        { guard: 'inherits', target: 'resolving', actions: 'inherit' },
        { target: 'collecting' },
      ],
    },
    collecting: {
      invoke: {
        id: 'collectInvariants',
        src: 'collectInvariants',
        input: ({ context: { spec, phase } }) => ({ spec, phase }),
        onDone: {
          target: 'resolving',
          actions: { type: 'setEffective', params: ({ event }) => ({ found: event.output }) },
        },
        onError: { target: 'failed', actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    resolving: {
      entry: 'emitReconciled',
      always: [{ guard: 'hasNothingToCheck', target: 'reconciled' }, { target: 'checking' }],
    },
    checking: {
      invoke: {
        id: 'check',
        src: 'check',
        input: ({ context: { spec, phase, invariants, fromTree, toTree, sandbox } }) => ({
          spec,
          phase,
          invariants,
          fromTree,
          toTree,
          sandbox,
        }),
        onDone: [
          {
            guard: { type: 'isViolated', params: ({ event }) => ({ violations: event.output.violations }) },
            target: 'violated',
            actions: { type: 'setViolations', params: ({ event }) => ({ violations: event.output.violations }) },
          },
          { target: 'reconciled' },
        ],
        onError: { target: 'failed', actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    reconciled: { type: 'final' },
    violated: { type: 'final', entry: 'emitViolated' },
    failed: { type: 'final' },
  },
  output: ({ context }) => outcomeOf(context),
});

function outcomeOf({ invariants, violations, error, phase, spec }: ReconciliationContext): ReconciliationOutput {
  if (error) return { outcome: 'failed', error };
  if (violations.length === 0) return { outcome: 'reconciled', invariants };
  return { outcome: 'violated', invariants, violations, error: violationError(spec.planId, phase, violations) };
}

function violationError(planId: string, phase: Phase, violations: readonly Violation[]): SerializedError {
  const lines = violations.map(({ text, files, message }) => {
    const named = files.length > 0 ? ` (${files.join(', ')})` : '';
    return `"${text}"${named}: ${message}`;
  });
  return new TroupeError(
    'INVARIANT_VIOLATED',
    `An invariant does not hold before or after ${phase}: ${lines.join('; ')}`,
    {
      where: `plan ${planId}`,
      hints: [commandHint('plan explain'), commandHint('plan diff')],
      details: { violations: violations.map(({ invariantId, files }) => ({ invariantId, files })) },
    },
  ).toJSON();
}
