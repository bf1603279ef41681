/**
 * Validation: check, fix, check again. A failing required check is handed back to the execution agent, up to
 * `fixesMax` rounds of the profile; a failing informational one is recorded and never blocks.
 * It always ends with an outcome: an effect that fails becomes `failed` with its fault, unchanged. While a fix waits, for
 * a rate limit, the next try or a person, who asked is told.
 */
import { assign, enqueueActions, sendParent, setup } from 'xstate';
import type { PlanFact } from '../src/model/event.ts';
import { Fault, type StoredFault } from '../src/model/fault.ts';
import type { PlanSpec } from '../src/model/plan.ts';
import { permits } from '../src/model/profile.ts';
import type { ValidationResult } from '../src/model/validation.ts';
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
    fix: declared<EffectInput<'fix'>, EffectOutput<'fix'>>('fix'),
  },
  guards: {
    hasNothingToCheck: ({ context }) => context.spec.validations.length === 0,
    holds: ({ context }) => failed(context.results).length === 0,
    mayFix: ({ context: { round, spec, confidence = 1 } }) =>
      round <= spec.profileSnapshot.fixesMax && permits(spec.profileSnapshot, 'fixValidations', confidence),
  },
  actions: {
    keepResults: assign((_, { found }: { found: EffectOutput<'validate'> }) => found),
    tellResults: enqueueActions(({ context: { spec, round, results }, enqueue }) =>
      enqueue.emit({ type: 'validation.finished', planId: spec.planId, round, results }),
    ),
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
  context: ({ input }) => ({ ...input, round: 1, tree: '', results: [], toolCalls: 0, fault: null }),
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
        { guard: 'holds', target: 'passed' },
        { guard: 'mayFix', target: 'fixing' },
        { target: 'failed', actions: 'keepFailure' },
      ],
    },
    fixing: {
      invoke: {
        id: 'fix',
        src: 'fix',
        input: ({ context: { spec, attempt, sandbox, tree, results, round, guidance, confidence = 1 } }) => ({
          spec,
          attempt,
          sandbox,
          tree,
          results,
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
  output: ({ context: { fault, results, round, toolCalls } }) => ({
    outcome: fault === null ? 'passed' : 'failed',
    results,
    fixes: round - 1,
    toolCalls,
    fault,
  }),
});

function failed(results: readonly ValidationResult[]): ValidationResult[] {
  return results.filter(({ required, passed }) => required && !passed);
}

function failureOf({ spec: { planId }, results, round }: ValidationContext): StoredFault {
  const broken = failed(results);
  const names = broken.map(({ name, outcome, exitCode }) => `${name} (${endOf(outcome, exitCode)})`).join(', ');
  const tries = round === 1 ? '' : ` after ${round - 1} ${round === 2 ? 'fix' : 'fixes'}`;
  return new Fault('VALIDATION_FAILED', `A required validation failed${tries}: ${names}`, {
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
