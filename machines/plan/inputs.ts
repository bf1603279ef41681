/** The inputs of the plan's effects and child machines, read from the context. */
import type { Phase } from '../../src/model/plan.ts';
import { primaryProject } from '../../src/model/primary-project.ts';
import type { ApplyMachineInput } from '../apply.machine.ts';
import type { CorrectionInput } from '../correction.machine.ts';
import type { EffectInput } from '../effects.ts';
import type { ReconciliationInput } from '../reconciliation.machine.ts';
import type { ValidationInput } from '../validation-context.ts';
import {
  appliedPartsOf,
  appliedPlanIds,
  applyTargetOf,
  effectiveSpec,
  expectedSandboxTree,
  type PlanContext,
  requireCorrection,
  requireRollback,
  requireSandbox,
  requireSandboxAndStart,
  requireTree,
  stopReasonText,
} from './context.ts';
import { describeFailure, nextCommandTypes } from './failure.ts';
import { mergedSubplans } from './merged-subplans.ts';

type InputArgs = { context: PlanContext };

export const inputs = {
  preflight: ({ context: { spec } }: InputArgs): EffectInput<'preflight'> => ({ spec, phase: 'strategize' }),
  preflightOfResume: ({ context: { spec, position } }: InputArgs): EffectInput<'preflight'> => ({
    spec,
    phase: position.phase,
  }),

  reconcileStrategize: ({ context }: InputArgs) => reconciliationInput(context, 'strategize'),
  reconcileExecute: ({ context }: InputArgs) => reconciliationInput(context, 'execute'),
  reconcileResult: ({ context }: InputArgs) => resultReconciliationInput(context, 'execute', context.resultTree),
  /** The sandbox holds the whole result: a part that was selected is checked in a place of its own. */
  reconcileApply: ({ context }: InputArgs) => {
    const part = context.applyRequest?.selection?.treeOid;
    if (part === undefined) return resultReconciliationInput(context, 'apply', context.resultTree);
    return { ...resultReconciliationInput(context, 'apply', part), sandbox: null };
  },
  reconcileResumed: ({ context }: InputArgs) => reconciliationInput(context, context.position.phase),
  reconcileCorrected: ({ context }: InputArgs): ReconciliationInput => {
    const { treeOid } = requireCorrection(context).order;
    return {
      spec: context.spec,
      phase: context.position.phase,
      fromTree: treeOid === null ? null : primaryProject(context.spec).baseTree,
      toTree: treeOid,
      sandbox: context.sandbox,
    };
  },

  strategize: ({ context: { spec, attempt, guidance } }: InputArgs): EffectInput<'strategize'> => ({
    spec,
    attempt,
    guidance,
  }),
  estimate: ({ context: { spec, attempt } }: InputArgs): EffectInput<'estimate'> => ({ spec, attempt }),

  prepare: ({ context }: InputArgs): EffectInput<'prepare'> => ({
    spec: effectiveSpec(context),
    attempt: context.attempt,
    from: context.resumeFrom?.tree ?? null,
  }),
  execute: ({ context }: InputArgs): EffectInput<'execute'> => ({
    spec: effectiveSpec(context),
    attempt: context.attempt,
    sandbox: requireSandboxAndStart(context).sandbox,
    begin: executionStart(context),
    guidance: context.guidance,
    confidence: context.confidence,
  }),
  createSubplans: ({ context }: InputArgs): EffectInput<'createSubplans'> => ({
    spec: effectiveSpec(context),
    attempt: context.attempt,
    workTree: requireTree(context, 'workTree'),
    mergedUpTo: context.resumeFrom?.mergedUpTo ?? null,
    run: context.run,
    kept: context.reusablePlanIds,
    appliedPlanIds: appliedPlanIds(context),
  }),
  restoreMergedTree: ({ context }: InputArgs) => restoreTreeInput(context, false),
  restoreConflictMarkers: ({ context }: InputArgs) => restoreTreeInput(context, true),
  validation: ({ context }: InputArgs): ValidationInput => ({
    spec: effectiveSpec(context),
    attempt: context.attempt,
    sandbox: requireSandboxAndStart(context).sandbox,
    guidance: context.guidance,
    confidence: context.confidence,
    // Attempts are not merged: there is nothing to search among them.
    ...(context.mergeStrategy === 'chooseOne' ? {} : { merged: mergedSubplans(context) }),
  }),
  review: ({ context }: InputArgs): EffectInput<'review'> => ({
    spec: effectiveSpec(context),
    ...requireSandboxAndStart(context),
    isRest: appliedPartsOf(context).length > 0,
    tree: unchangedWorkTree(context),
  }),
  describe: ({ context }: InputArgs): EffectInput<'describe'> => ({
    spec: effectiveSpec(context),
    attempt: context.attempt,
    resultTree: requireTree(context, 'resultTree'),
  }),

  apply: ({ context }: InputArgs): ApplyMachineInput => ({
    spec: effectiveSpec(context),
    attempt: context.attempt,
    target: applyTargetOf(context),
    resultTree: requireTree(context, 'resultTree'),
    sandbox: requireSandboxAndStart(context).sandbox,
    order: context.applyRequest ?? null,
    message: context.commitMessage?.message ?? null,
    nextCommands: nextCommandTypes({ ...context, error: null }, { phase: 'apply', state: 'errored' }),
  }),

  recoverStrategize: ({ context }: InputArgs) => recoverInput(context, 'strategize'),
  recoverExecute: ({ context }: InputArgs) => recoverInput(context, 'execute'),

  rollback: ({ context }: InputArgs): EffectInput<'rollback'> => ({
    spec: effectiveSpec(context),
    sandbox: requireSandbox(context),
    order: requireRollback(context).order,
    expected: expectedSandboxTree(context),
  }),
  correction: ({ context }: InputArgs): CorrectionInput => ({
    spec: effectiveSpec(context),
    order: requireCorrection(context).order,
    attempt: context.attempt,
    sandbox: context.sandbox,
    expected: expectedSandboxTree(context),
  }),

  archiveStopped: ({ context }: InputArgs): EffectInput<'archiveSandbox'> => ({
    spec: context.spec,
    sandbox: context.sandbox,
    reason: stopReasonText(context),
  }),
  archiveFinished: ({ context }: InputArgs): EffectInput<'archiveSandbox'> => ({
    spec: context.spec,
    sandbox: context.sandbox,
    reason: context.position.state,
    captured: context.position.state === 'complete' ? unchangedWorkTree(context) : null,
  }),
};

/** Returns where the execution agent starts: at the start of the attempt, or at the checkpoint after a rollback. */
function executionStart(context: PlanContext): EffectInput<'execute'>['begin'] {
  const { resumeFrom } = context;
  if (resumeFrom === null) return { tree: requireSandboxAndStart(context).startTree, sequence: null, inherits: false };
  const { tree, sequence, inherits } = resumeFrom;
  return { tree, sequence, inherits };
}

/** The rules alone, while there are no changes to check. */
function reconciliationInput({ spec }: PlanContext, phase: Phase): ReconciliationInput {
  return { spec, phase, fromTree: null, toTree: null, sandbox: null };
}

/** What changed since the sandbox was prepared. */
function resultReconciliationInput(
  { spec, startTree, sandbox }: PlanContext,
  phase: Phase,
  toTree: string | null,
): ReconciliationInput {
  return { spec, phase, fromTree: startTree, toTree, sandbox };
}

/**
 * Returns the files of the sandbox from the review on, when nothing worked in it since they were captured. People look into
 * the sandbox of a root plan, so its files are always captured again.
 */
function unchangedWorkTree({ spec, workTree, mergedTree, resumeFrom }: PlanContext): string | null {
  const isChecked = spec.validations.length > 0 || spec.actors.review !== null;
  return spec.depth === 0 || isChecked || mergedTree !== null || resumeFrom !== null ? null : workTree;
}

function restoreTreeInput(context: PlanContext, toSee: boolean): EffectInput<'restoreTree'> {
  return {
    spec: effectiveSpec(context),
    sandbox: requireSandboxAndStart(context).sandbox,
    tree: requireTree(context, 'mergedTree'),
    toSee,
  };
}

function recoverInput(context: PlanContext, phase: Phase): EffectInput<'recover'> {
  const { spec, attempt, sandbox } = context;
  return { spec, phase, attempt, error: describeFailure(context, { phase, state: 'errored' }).error, sandbox };
}
