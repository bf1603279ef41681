/**
 * Validation: validate, review, fix, validate again. A failed required validation or a blocking finding goes to an agent,
 * in up to `fixesMax` rounds of the profile. If the tree contains the results of subplans, the ones that make the validation
 * fail are searched first, and their agent fixes it; otherwise the plan's execution agent does. A failed informational validation and any other finding are recorded and never
 * block. Each round is reviewed once, after its validations passed.
 * It always ends with an output: the error of an effect becomes the error of the outcome `failed`. It forwards to its parent the
 * events of a fix that waits for a rate limit, a retry or a person.
 */

import { assign, enqueueActions, sendParent, setup } from 'xstate';
import { culpritIds } from '../src/model/bisection.ts';
import { TroupeError } from '../src/model/errors.ts';
import type { PlanEventPayload } from '../src/model/event.ts';
import { meetsThreshold } from '../src/model/profile.ts';
import { blockingFindings } from '../src/model/review.ts';
import type { EffectInput, EffectOutput, TreeFix } from './effects.ts';
import type { AgentQueueEvent, ApprovalRequestedEvent, RetryEvent } from './retry.machine.ts';
import { unprovidedActor } from './unprovided-actor.ts';
import {
  bisectionRequest,
  failureToBisect,
  isValid,
  requireFailure,
  type ValidationContext,
  type ValidationInput,
  type ValidationOutput,
} from './validation-context.ts';
import { validationError } from './validation-error.ts';

/** The validation machine: runs the validations and the review, and has failures fixed. Its effects must be provided. */
export const validationMachine = setup({
  types: {
    context: {} as ValidationContext,
    events: {} as RetryEvent | ApprovalRequestedEvent | AgentQueueEvent,
    input: {} as ValidationInput,
    output: {} as ValidationOutput,
    emitted: {} as PlanEventPayload,
  },
  actors: {
    validate: unprovidedActor<EffectInput<'validate'>, EffectOutput<'validate'>>('validate'),
    reviewResult: unprovidedActor<EffectInput<'reviewResult'>, EffectOutput<'reviewResult'>>('reviewResult'),
    bisect: unprovidedActor<EffectInput<'bisect'>, EffectOutput<'bisect'>>('bisect'),
    fix: unprovidedActor<EffectInput<'fix'>, EffectOutput<'fix'>>('fix'),
  },
  guards: {
    hasNothingToCheck: ({ context: { spec } }) => spec.validations.length === 0 && spec.actors.review === null,
    needsReview: ({ context }) => context.spec.actors.review !== null && isValid(context),
    isNotBlocked: ({ context }) => blockingFindings(context.findings).length === 0,
    allRequiredPassed: ({ context }) => isValid(context),
    /** The tree contains the results of subplans, and a required validation failed that may be searched. */
    mayBisect: ({ context }) => (context.merged?.children.length ?? 0) > 0 && failureToBisect(context) !== null,
    mayFix: ({ context: { round, spec, confidence = 1 } }) =>
      round <= spec.profileSnapshot.fixesMax && meetsThreshold(spec.profileSnapshot, 'fixValidations', confidence),
  },
  actions: {
    setResults: assign(({ context }, { found }: { found: EffectOutput<'validate'> }) => ({
      ...found,
      findings: [],
      bisection: null,
      suspects: culpritIds(context.bisection),
    })),
    emitResults: enqueueActions(({ context: { spec, round, results }, enqueue }) =>
      enqueue.emit({ type: 'validation.finished', planId: spec.planId, round, results }),
    ),
    emitBisectionStarted: enqueueActions(({ context, enqueue }) => {
      const { spec, round, merged } = context;
      const { name: validation } = requireFailure(context);
      const subplans = merged?.children.length ?? 0;
      enqueue.emit({ type: 'bisection.started', planId: spec.planId, round, validation, subplans });
    }),
    setBisection: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'bisect'> }) => {
      const { planId } = context.spec;
      for (const decision of found.decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
      enqueue.emit({ type: 'bisection.finished', planId, round: context.round, bisection: found.bisection });
      enqueue.assign({ bisection: found.bisection });
    }),
    /** The validation failed whether or not the search works, so the plan continues without it. */
    emitBisectionFailed: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      const { name } = requireFailure(context);
      const { message } = TroupeError.serialize(error);
      enqueue.emit({
        type: 'plan.warned',
        planId: context.spec.planId,
        phase: 'execute',
        message: `Which subplans break "${name}" could not be searched: ${message}`,
      });
    }),
    setReview: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'reviewResult'> }) => {
      const { round, spec, toolCalls } = context;
      const { planId } = spec;
      const { findings } = found;
      for (const decision of found.decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
      enqueue.emit({ type: 'review.finished', planId, round, findings });
      enqueue.assign({ findings, toolCalls: toolCalls + found.toolCalls });
    }),
    setFix: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'fix'> }) => {
      const { planId } = context.spec;
      for (const decision of found.decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
      const fix: TreeFix = { before: context.tree, after: found.tree, planIds: culpritIds(context.bisection) };
      enqueue.assign({
        round: context.round + 1,
        toolCalls: context.toolCalls + found.toolCalls,
        fixes: [...context.fixes, fix],
      });
    }),
    forward: sendParent((_, event: RetryEvent | ApprovalRequestedEvent | AgentQueueEvent) => event),
    setError: assign((_, { error }: { error: unknown }) => ({ error: TroupeError.serialize(error) })),
    setFailure: assign(({ context }) => ({ error: validationError(context) })),
  },
}).createMachine({
  id: 'validation',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({
    ...input,
    round: 1,
    tree: '',
    results: [],
    bisection: null,
    suspects: [],
    fixes: [],
    findings: [],
    toolCalls: 0,
    error: null,
  }),
  initial: 'init',
  on: {
    'attempt.delayed': { actions: { type: 'forward', params: ({ event }) => event } },
    'attempt.resumed': { actions: { type: 'forward', params: ({ event }) => event } },
    'approval.requested': { actions: { type: 'forward', params: ({ event }) => event } },
    'agent.queued': { actions: { type: 'forward', params: ({ event }) => event } },
    'agent.admitted': { actions: { type: 'forward', params: ({ event }) => event } },
  },
  states: {
    init: { always: [{ guard: 'hasNothingToCheck', target: 'passed' }, { target: 'validating' }] },
    validating: {
      invoke: {
        id: 'validate',
        src: 'validate',
        input: ({ context: { spec, sandbox, round } }) => ({ spec, sandbox, round }),
        onDone: {
          target: 'evaluating',
          actions: [{ type: 'setResults', params: ({ event }) => ({ found: event.output }) }, 'emitResults'],
        },
        onError: { target: 'failed', actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    evaluating: {
      always: [
        { guard: 'needsReview', target: 'reviewing' },
        { guard: 'allRequiredPassed', target: 'passed' },
        { guard: 'mayBisect', target: 'bisecting' },
        { guard: 'mayFix', target: 'fixing' },
        { target: 'failed', actions: 'setFailure' },
      ],
    },
    bisecting: {
      entry: 'emitBisectionStarted',
      invoke: {
        id: 'bisect',
        src: 'bisect',
        input: ({ context }) => bisectionRequest(context),
        onDone: {
          target: 'evaluatingCause',
          actions: { type: 'setBisection', params: ({ event }) => ({ found: event.output }) },
        },
        onError: {
          target: 'evaluatingCause',
          actions: { type: 'emitBisectionFailed', params: ({ event }) => ({ error: event.error }) },
        },
      },
    },
    evaluatingCause: {
      always: [
        { guard: 'mayFix', target: 'fixing' },
        { target: 'failed', actions: 'setFailure' },
      ],
    },
    reviewing: {
      invoke: {
        id: 'reviewResult',
        src: 'reviewResult',
        input: ({ context: { spec, attempt, tree, round, guidance } }) => ({ spec, attempt, tree, round, guidance }),
        onDone: {
          target: 'evaluatingReview',
          actions: { type: 'setReview', params: ({ event }) => ({ found: event.output }) },
        },
        onError: { target: 'failed', actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    evaluatingReview: {
      always: [
        { guard: 'isNotBlocked', target: 'passed' },
        { guard: 'mayFix', target: 'fixing' },
        { target: 'failed', actions: 'setFailure' },
      ],
    },
    fixing: {
      invoke: {
        id: 'fix',
        src: 'fix',
        input: ({ context }) => ({
          spec: context.spec,
          attempt: context.attempt,
          sandbox: context.sandbox,
          tree: context.tree,
          results: context.results,
          findings: context.findings,
          bisection: context.bisection,
          round: context.round,
          guidance: context.guidance,
          confidence: context.confidence ?? 1,
        }),
        onDone: {
          target: 'validating',
          actions: { type: 'setFix', params: ({ event }) => ({ found: event.output }) },
        },
        onError: { target: 'failed', actions: { type: 'setError', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    passed: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context: { error, results, bisection, findings, round, toolCalls } }) => ({
    outcome: error === null ? 'passed' : 'failed',
    results,
    bisection,
    findings,
    fixes: round - 1,
    toolCalls,
    error,
  }),
});
