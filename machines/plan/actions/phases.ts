/** Actions that store what each phase made: the strategy, the estimate, the sandbox, the work, its validation and review. */
import type { EffectOutput } from '../../effects.ts';
import type { ValidationOutput } from '../../validation-context.ts';
import { emptyAttempt, type PlanContext } from '../context.ts';
import { assign } from '../typed-actions.ts';

export const phaseActions = {
  setInvariants: assign(
    ({ context }, { output }: { output: { outcome: string; invariants?: PlanContext['invariants'] } }) => ({
      invariants: output.invariants ?? context.invariants,
    }),
  ),
  autoContinue: assign({ autoExecute: true }),
  setStrategyReady: assign({ strategyReady: true }),
  setStrategy: assign(
    (_, { found: { confidence, confidenceByThreshold = {} } }: { found: EffectOutput<'strategize'> }) => ({
      confidence,
      confidenceByThreshold,
    }),
  ),
  setEstimate: assign((_, { found }: { found: EffectOutput<'estimate'> }) => ({ estimate: found.estimate })),
  setSandbox: assign((_, { found }: { found: EffectOutput<'prepare'> }) => ({
    sandbox: found.sandbox,
    startTree: found.startTree,
  })),
  startExecute: assign(({ context: { sandbox } }) => ({
    ...emptyAttempt,
    sandbox,
    autoExecute: false,
    stopReason: null,
    error: null,
    errorMessage: null,
  })),
  setWork: assign(({ context }, { found }: { found: EffectOutput<'execute'> }) => ({
    workTree: found.tree,
    run: found.run,
    toolCalls: context.toolCalls + found.toolCalls,
  })),
  /** Stores the tree of a plan that ended without a result, because its sandbox is removed. */
  setLeftoverTree: assign(({ context }, { left }: { left: EffectOutput<'archiveSandbox'> }) => ({
    workTree: left.tree ?? context.workTree,
  })),
  reuseWork: assign(({ context: { resumeFrom } }) => ({ workTree: resumeFrom?.tree ?? null })),
  setValidation: assign(({ context }, { output }: { output: ValidationOutput }) => ({
    validationResults: output.results,
    bisection: output.bisection,
    findings: output.findings,
    toolCalls: context.toolCalls + output.toolCalls,
  })),
  setReview: assign((_, { found }: { found: EffectOutput<'review'> }) => ({
    resultTree: found.resultTree,
    changeSet: found.changeSet,
  })),

  setCommitMessage: assign((_, { found: { message, error } }: { found: EffectOutput<'describe'> }) => ({
    commitMessage: { message, error },
  })),
};
