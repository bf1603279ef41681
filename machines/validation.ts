/**
 * Validation: check, review, fix, check again. A failing required check, and a finding of the reviewer that blocks, is handed
 * back to the execution agent, up to `fixesMax` rounds of the profile; a failing informational check and any other finding is
 * recorded and never blocks. The reviewer is asked about what passed its checks, once each round.
 * It always ends with an outcome: an effect that fails becomes `failed` with its fault, unchanged. While a fix waits, for
 * a rate limit, the next try or a person, who asked is told.
 */
import { assign, enqueueActions, sendParent, setup } from 'xstate';
import type { PlanFact } from '../src/model/event.ts';
import { Fault, type StoredFault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { permits } from '../src/model/profile.ts';
import { blockingIn, type Finding, findingLine } from '../src/model/review.ts';
import { requiredHold, unrunOf, type ValidationResult } from '../src/model/validation.ts';
import type { ApprovalNews, AttemptNews, TurnNews } from './attempt.ts';
import type { EffectInput, EffectOutput, SandboxHandle } from './contract.ts';
import { declared } from './declare.ts';

export interface ValidationInput {
  spec: PlanSpec;
  attempt: number;
  sandbox: SandboxHandle;
  guidance: string[];
  /** Behind the plan: whether what failed is mended by itself. @default 1 */
  confidence?: number;
}

export interface ValidationOutput {
  outcome: 'passed' | 'failed';
  results: ValidationResult[];
  /** Of the review of what was checked last. */
  findings: Finding[];
  /** How many fixes were tried. */
  fixes: number;
  toolCalls: number;
  /** null when it passed. */
  fault: StoredFault | null;
}

export interface ValidationContext extends ValidationInput {
  /** From 1. */
  round: number;
  /** What was checked last, and what a fix begins with. */
  tree: string;
  results: ValidationResult[];
  findings: Finding[];
  toolCalls: number;
  fault: StoredFault | null;
}

export const validationMachine = setup({
  types: {
    context: {} as ValidationContext,
    events: {} as AttemptNews | ApprovalNews | TurnNews,
    input: {} as ValidationInput,
    output: {} as ValidationOutput,
    emitted: {} as PlanFact,
  },
  actors: {
    validate: declared<EffectInput<'validate'>, EffectOutput<'validate'>>('validate'),
    judge: declared<EffectInput<'judge'>, EffectOutput<'judge'>>('judge'),
    fix: declared<EffectInput<'fix'>, EffectOutput<'fix'>>('fix'),
  },
  guards: {
    hasNothingToCheck: ({ context: { spec } }) => spec.validations.length === 0 && spec.actors.review === null,
    needsReview: ({ context }) => context.spec.actors.review !== null && isChecked(context),
    isCleared: ({ context }) => blockingIn(context.findings).length === 0,
    holds: ({ context }) => isChecked(context),
    mayFix: ({ context: { round, spec, confidence = 1 } }) =>
      round <= spec.profileSnapshot.fixesMax && permits(spec.profileSnapshot, 'fixValidations', confidence),
  },
  actions: {
    keepResults: assign((_, { found }: { found: EffectOutput<'validate'> }) => ({ ...found, findings: [] })),
    tellResults: enqueueActions(({ context: { spec, round, results }, enqueue }) =>
      enqueue.emit({ type: 'validation.finished', planId: spec.planId, round, results }),
    ),
    keepReview: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'judge'> }) => {
      const { round, spec, toolCalls } = context;
      const { planId } = spec;
      const { findings } = found;
      for (const decision of found.decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
      enqueue.emit({ type: 'review.finished', planId, round, findings });
      enqueue.assign({ findings, toolCalls: toolCalls + found.toolCalls });
    }),
    keepFix: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'fix'> }) => {
      const { planId } = context.spec;
      for (const decision of found.decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
      enqueue.assign({ round: context.round + 1, toolCalls: context.toolCalls + found.toolCalls });
    }),
    passOn: sendParent((_, news: AttemptNews | ApprovalNews | TurnNews) => news),
    keepFault: assign((_, { error }: { error: unknown }) => ({ fault: Fault.store(error) })),
    keepFailure: assign(({ context }) => ({ fault: failureOf(context) })),
  },
}).createMachine({
  id: 'validation',
  options: { maxIterations: 1000 },
  context: ({ input }) => ({ ...input, round: 1, tree: '', results: [], findings: [], toolCalls: 0, fault: null }),
  initial: 'beginning',
  on: {
    'attempt.delayed': { actions: { type: 'passOn', params: ({ event }) => event } },
    'attempt.resumed': { actions: { type: 'passOn', params: ({ event }) => event } },
    'approval.asked': { actions: { type: 'passOn', params: ({ event }) => event } },
    'turn.awaited': { actions: { type: 'passOn', params: ({ event }) => event } },
    'turn.taken': { actions: { type: 'passOn', params: ({ event }) => event } },
  },
  states: {
    beginning: { always: [{ guard: 'hasNothingToCheck', target: 'passed' }, { target: 'validating' }] },
    validating: {
      invoke: {
        id: 'validate',
        src: 'validate',
        input: ({ context: { spec, sandbox, round } }) => ({ spec, sandbox, round }),
        onDone: {
          target: 'judging',
          actions: [{ type: 'keepResults', params: ({ event }) => ({ found: event.output }) }, 'tellResults'],
        },
        onError: { target: 'failed', actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    judging: {
      always: [
        { guard: 'needsReview', target: 'reviewing' },
        { guard: 'holds', target: 'passed' },
        { guard: 'mayFix', target: 'fixing' },
        { target: 'failed', actions: 'keepFailure' },
      ],
    },
    reviewing: {
      invoke: {
        id: 'judge',
        src: 'judge',
        input: ({ context: { spec, attempt, tree, round, guidance } }) => ({ spec, attempt, tree, round, guidance }),
        onDone: {
          target: 'weighing',
          actions: { type: 'keepReview', params: ({ event }) => ({ found: event.output }) },
        },
        onError: { target: 'failed', actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    weighing: {
      always: [
        { guard: 'isCleared', target: 'passed' },
        { guard: 'mayFix', target: 'fixing' },
        { target: 'failed', actions: 'keepFailure' },
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
          actions: { type: 'keepFix', params: ({ event }) => ({ found: event.output }) },
        },
        onError: { target: 'failed', actions: { type: 'keepFault', params: ({ event }) => ({ error: event.error }) } },
      },
    },
    passed: { type: 'final' },
    failed: { type: 'final' },
  },
  output: ({ context: { fault, results, findings, round, toolCalls } }) => ({
    outcome: fault === null ? 'passed' : 'failed',
    results,
    findings,
    fixes: round - 1,
    toolCalls,
    fault,
  }),
});

function failed(results: readonly ValidationResult[]): ValidationResult[] {
  return results.filter(({ required, passed }) => required && !passed);
}

/** Every required check ran and passed: one without a result is no check that passed. */
function isChecked({ spec, results }: ValidationContext): boolean {
  return requiredHold(results) && unrunOf(spec.validations, results).length === 0;
}

function failureOf(context: ValidationContext): StoredFault {
  return isChecked(context) ? blockedBy(context) : failureOfChecks(context);
}

function triesOf({ round }: ValidationContext): string {
  return round === 1 ? '' : ` after ${round - 1} ${round === 2 ? 'fix' : 'fixes'}`;
}

function blockedBy(context: ValidationContext): StoredFault {
  const { planId } = context.spec;
  const blocking = blockingIn(context.findings);
  const lines = blocking.map(finding => findingLine(finding).replace(/^blocking /, '')).join('; ');
  return new Fault('REVIEW_BLOCKED', `The review found what must be fixed first${triesOf(context)}: ${lines}`, {
    where: `plan ${planId}`,
    hints: ['troupe plan diff', 'troupe plan prompt "what to change"', 'troupe plan explain'],
    details: { findings: blocking },
  }).toJSON();
}

function failureOfChecks(context: ValidationContext): StoredFault {
  const { planId, validations } = context.spec;
  const broken = failed(context.results);
  const names = [
    ...broken.map(({ name, outcome, exitCode }) => `${name} (${endOf(outcome, exitCode)})`),
    ...unrunOf(validations, context.results).map(name => `${name} (no result)`),
  ].join(', ');
  return new Fault('VALIDATION_FAILED', `A required validation failed${triesOf(context)}: ${names}`, {
    where: `plan ${planId}`,
    hints: ['troupe plan diff', 'troupe plan prompt "what to change"'],
    details: {
      validations: broken.map(({ name, outcome, exitCode, outputTail }) => ({ name, outcome, exitCode, outputTail })),
    },
  }).toJSON();
}

function endOf(outcome: ValidationResult['outcome'], exitCode: number | null): string {
  if (outcome !== 'exited') return outcome.replace('_', ' ');
  return exitCode === null ? 'killed' : `exit ${exitCode}`;
}
