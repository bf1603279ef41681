/**
 * Validation: validate, review, fix, validate again. A failed required validation or a blocking finding goes to the execution
 * agent, in up to `fixesMax` rounds of the profile; a failed informational validation and any other finding are recorded and never
 * block. Each round is reviewed once, after its validations passed.
 * It always ends with an output: the error of an effect becomes the error of the outcome `failed`. It forwards to its parent the
 * events of a fix that waits for a rate limit, a retry or a person.
 */

import { assign, enqueueActions, sendParent, setup } from 'xstate';
import { commandHint } from '../src/model/command-hint.ts';
import { type SerializedError, TroupeError } from '../src/model/errors.ts';
import type { PlanEventPayload } from '../src/model/event.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { meetsThreshold } from '../src/model/profile.ts';
import { blockingFindings, type Finding, formatFinding } from '../src/model/review.ts';
import { allRequiredPassed, missingResults, type ValidationResult } from '../src/model/validation.ts';
import type { EffectInput, EffectOutput, SandboxRef } from './effects.ts';
import type { AgentQueueEvent, ApprovalRequestedEvent, RetryEvent } from './retry.machine.ts';
import { unprovidedActor } from './unprovided-actor.ts';

/** Input of {@link validationMachine}. */
export interface ValidationInput {
  spec: PlanSpec;
  attempt: number;
  sandbox: SandboxRef;
  guidance: string[];
  /** Confidence in the plan, from 0 to 1: decides whether failures are fixed without asking. @default 1 */
  confidence?: number;
}

/** Output of {@link validationMachine}. */
export interface ValidationOutput {
  outcome: 'passed' | 'failed';
  results: ValidationResult[];
  /** Findings of the last review. */
  findings: Finding[];
  /** The number of fixes. */
  fixes: number;
  toolCalls: number;
  /** null if the outcome is `passed`. */
  error: SerializedError | null;
}

export interface ValidationContext extends ValidationInput {
  /** Counted from 1. */
  round: number;
  /** The tree that was validated last, from which a fix starts. */
  tree: string;
  results: ValidationResult[];
  findings: Finding[];
  toolCalls: number;
  error: SerializedError | null;
}

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
    fix: unprovidedActor<EffectInput<'fix'>, EffectOutput<'fix'>>('fix'),
  },
  guards: {
    hasNothingToCheck: ({ context: { spec } }) => spec.validations.length === 0 && spec.actors.review === null,
    needsReview: ({ context }) => context.spec.actors.review !== null && isValid(context),
    isNotBlocked: ({ context }) => blockingFindings(context.findings).length === 0,
    allRequiredPassed: ({ context }) => isValid(context),
    mayFix: ({ context: { round, spec, confidence = 1 } }) =>
      round <= spec.profileSnapshot.fixesMax && meetsThreshold(spec.profileSnapshot, 'fixValidations', confidence),
  },
  actions: {
    setResults: assign((_, { found }: { found: EffectOutput<'validate'> }) => ({ ...found, findings: [] })),
    emitResults: enqueueActions(({ context: { spec, round, results }, enqueue }) =>
      enqueue.emit({ type: 'validation.finished', planId: spec.planId, round, results }),
    ),
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
      enqueue.assign({ round: context.round + 1, toolCalls: context.toolCalls + found.toolCalls });
    }),
    forward: sendParent((_, event: RetryEvent | ApprovalRequestedEvent | AgentQueueEvent) => event),
    setError: assign((_, { error }: { error: unknown }) => ({ error: TroupeError.serialize(error) })),
    setFailure: assign(({ context }) => ({ error: validationError(context) })),
  },
}).createMachine({
  id: 'validation',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({ ...input, round: 1, tree: '', results: [], findings: [], toolCalls: 0, error: null }),
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
        input: ({ context: { spec, attempt, sandbox, tree, results, findings, round, guidance, confidence = 1 } }) => ({
          spec,
          attempt,
          sandbox,
          tree,
          results,
          findings,
          round,
          guidance,
          confidence,
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
  output: ({ context: { error, results, findings, round, toolCalls } }) => ({
    outcome: error === null ? 'passed' : 'failed',
    results,
    findings,
    fixes: round - 1,
    toolCalls,
    error,
  }),
});

function failedRequired(results: readonly ValidationResult[]): ValidationResult[] {
  return results.filter(({ required, passed }) => required && !passed);
}

/** Whether every required validation ran and passed; one without a result did not. */
function isValid({ spec, results }: ValidationContext): boolean {
  return allRequiredPassed(results) && missingResults(spec.validations, results).length === 0;
}

function validationError(context: ValidationContext): SerializedError {
  return isValid(context) ? reviewBlockedError(context) : failedChecksError(context);
}

function afterFixes({ round }: ValidationContext): string {
  return round === 1 ? '' : ` after ${round - 1} ${round === 2 ? 'fix' : 'fixes'}`;
}

function reviewBlockedError(context: ValidationContext): SerializedError {
  const { planId } = context.spec;
  const blocking = blockingFindings(context.findings);
  const lines = blocking.map(finding => formatFinding(finding).replace(/^blocking /, '')).join('; ');
  return new TroupeError(
    'REVIEW_BLOCKED',
    `The review found what must be fixed first${afterFixes(context)}: ${lines}`,
    {
      where: `plan ${planId}`,
      hints: [
        commandHint('plan diff'),
        commandHint('plan prompt', { args: ['what to change'] }),
        commandHint('plan explain'),
      ],
      details: { findings: blocking },
    },
  ).toJSON();
}

function failedChecksError(context: ValidationContext): SerializedError {
  const { planId, validations } = context.spec;
  const failures = failedRequired(context.results);
  const names = [
    ...failures.map(({ name, outcome, exitCode }) => `${name} (${describeOutcome(outcome, exitCode)})`),
    ...missingResults(validations, context.results).map(name => `${name} (no result)`),
  ].join(', ');
  return new TroupeError('VALIDATION_FAILED', `A required validation failed${afterFixes(context)}: ${names}`, {
    where: `plan ${planId}`,
    hints: [commandHint('plan diff'), commandHint('plan prompt', { args: ['what to change'] })],
    details: {
      validations: failures.map(({ name, outcome, exitCode, outputTail }) => ({ name, outcome, exitCode, outputTail })),
    },
  }).toJSON();
}

function describeOutcome(outcome: ValidationResult['outcome'], exitCode: number | null): string {
  if (outcome !== 'exited') return outcome.replace('_', ' ');
  return exitCode === null ? 'killed' : `exit ${exitCode}`;
}
