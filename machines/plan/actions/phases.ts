/** Actions that change the plan's context. Actions that emit events are in events.ts, types and guards in ../setup.ts. */
import { assign, enqueueActions, sendTo, stopChild } from 'xstate';
import { type Conflict, type Resolution, resolvesConflict, withHunkResolved } from '../../../src/model/conflict.ts';
import type { DecisionDraft } from '../../../src/model/decision.ts';
import type { SerializedError } from '../../../src/model/errors.ts';
import { meetsThreshold } from '../../../src/model/profile.ts';
import type { SubplanConfig } from '../../../src/model/subplan.ts';
import type { EffectOutput, PlanCommand, SubplanSpec } from '../../effects.ts';
import type { MergeOutput, MergeReportEvent } from '../../merge/events.ts';
import { appliedWithFailedChecksError } from '../../partial-apply.machine.ts';
import type { SubplansOutput } from '../../subplans/events.ts';
import type { ValidationOutput } from '../../validation.machine.ts';
import {
  appliedPlanIds,
  applyTargetOf,
  effectiveSpec,
  emptyAttempt,
  initialResumePoint,
  type PlanContext,
  requireSandbox,
  requireTree,
  stopReasonText,
} from '../context.ts';
import { describeFailure } from '../failure.ts';
import { reportActivity } from './activity.ts';
import { errorRecorded, failureContext } from './events.ts';
import { withPartialApplyActions } from './partial-apply.ts';

export const planActions = withPartialApplyActions.extend({
  actions: {
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
    startSubplans: enqueueActions(
      ({ context, enqueue }, { members, config }: { members: SubplanSpec[]; config: SubplanConfig }) => {
        enqueue(reportActivity({ subplansRunning: true }));
        enqueue.assign({ subplansRunning: true, mergeStrategy: config.mergeStrategy });
        enqueue.spawnChild('subplans', {
          id: 'subplans',
          input: { parent: effectiveSpec(context), members, config, baseTree: requireTree(context, 'workTree') },
        });
      },
    ),
    setSubplansIdle: enqueueActions(({ enqueue }) => {
      enqueue(reportActivity({ subplansWait: true }));
      enqueue.assign({ subplansWait: true });
    }),
    /** A plan that has a slot, or needs none, reports at once; one that requests a slot reports when it has it. */
    setSubplansBusy: enqueueActions(({ context: { usesSlots, slot }, enqueue }) => {
      enqueue(reportActivity({ subplansWait: false }));
      enqueue.assign({ subplansWait: false });
      if (!usesSlots || slot === 'held') enqueue.sendTo('subplans', { type: 'slot.granted' });
    }),
    /** Paused subplans count as busy until they report otherwise. */
    assumeSubplansBusy: assign({ subplansWait: false }),
    setSubplanResults: enqueueActions(({ enqueue }, { output }: { output: SubplansOutput }) => {
      enqueue(reportActivity({ subplansRunning: false, subplansWait: false }));
      enqueue.assign({
        subplansRunning: false,
        subplansWait: false,
        results: output.children,
        subplanStatuses: output.statuses,
      });
    }),
    /** Completed subplans need not run again when their result would be the same. */
    setReusablePlans: assign(({ context }) => ({
      reusablePlanIds: context.subplanStatuses.filter(({ state }) => state === 'complete').map(({ planId }) => planId),
    })),
    stopSubplans: stopChild('subplans'),
    clearSubplans: enqueueActions(({ enqueue }) => {
      enqueue(reportActivity({ subplansRunning: false, subplansWait: false }));
      enqueue.assign({ subplansRunning: false, subplansWait: false });
    }),
    startMerge: enqueueActions(({ context, enqueue }) => {
      const { spec, attempt, guidance, results, mergeStrategy: strategy } = context;
      const applied = appliedPlanIds(context);
      const children = results.filter(({ planId }) => !applied.includes(planId));
      const { conflictPolicy } = spec.subplanConfig;
      const settles = meetsThreshold(spec.profileSnapshot, 'resolveConflicts', context.confidence);
      const policy = settles ? conflictPolicy : 'manual';
      const ours = requireTree(context, 'workTree');
      enqueue.assign({ mergeRunning: true });
      enqueue.spawnChild('merge', {
        id: 'merge',
        input: {
          spec: effectiveSpec(context),
          attempt,
          guidance,
          sandbox: requireSandbox(context),
          ours,
          children,
          strategy,
          policy,
          reports: true,
        },
      });
    }),
    stopMerge: stopChild('merge'),
    clearMerge: assign({ mergeRunning: false }),
    setMergedTree: assign(({ context }, { output }: { output: MergeOutput }) => ({
      ...(output.outcome === 'merged' && {
        mergedTree: output.tree,
        merged: { treeOid: output.tree, planIds: context.results.map(({ planId }) => planId) },
      }),
      toolCalls: context.toolCalls + output.toolCalls,
    })),
    setConflicts: assign(
      (
        _,
        { tree, conflicts, folded, error }: Omit<Extract<MergeReportEvent, { type: 'merge.conflicted' }>, 'type'>,
      ) => ({
        mergedTree: tree,
        merged: folded,
        conflicts,
        error,
        errorMessage: error?.message ?? null,
      }),
    ),
    resolveConflict: enqueueActions(
      ({ context, enqueue }, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) => {
        const { conflicts, resolutions } = context;
        const settled = conflicts.every(each => each.conflictId !== conflictId || resolvesConflict(each, resolution));
        const left = conflicts.flatMap(each => {
          if (each.conflictId !== conflictId) return [each];
          return settled ? [] : [withHunkResolved(each, resolution)];
        });
        for (const conflict of left) {
          if (conflict.conflictId !== conflictId) continue;
          enqueue.emit({ type: 'conflict.hunk_resolved', planId: context.spec.planId, conflict });
        }
        enqueue.assign({
          conflicts: left,
          resolutions: settled ? { ...resolutions, [conflictId]: resolution } : resolutions,
        });
        enqueue.sendTo('merge', { type: 'resolve', conflictId, resolution });
      },
    ),
    reopenConflict: enqueueActions(
      ({ context, enqueue }, { conflict, error }: { conflict: Conflict; error: SerializedError }) => {
        const { [conflict.conflictId]: _undone, ...resolutions } = context.resolutions;
        enqueue.emit({ type: 'conflict.reopened', planId: context.spec.planId, conflict, error });
        enqueue.assign({
          conflicts: [...context.conflicts.filter(({ conflictId }) => conflictId !== conflict.conflictId), conflict],
          resolutions,
          error,
          errorMessage: error.message,
        });
      },
    ),
    pauseChildren: enqueueActions(({ context, enqueue }) => {
      if (context.subplansRunning) enqueue.sendTo('subplans', { type: 'pause' });
      if (context.mergeRunning) enqueue.sendTo('merge', { type: 'pause' });
    }),
    resumeChildren: enqueueActions(({ context, enqueue }) => {
      if (context.subplansRunning) enqueue.sendTo('subplans', { type: 'resume' });
      if (context.mergeRunning) enqueue.sendTo('merge', { type: 'resume' });
    }),
    cancelSubplans: sendTo('subplans', ({ context }) => ({
      type: 'cancel',
      reason: stopReasonText(context),
    })),

    setValidation: assign(({ context }, { output }: { output: ValidationOutput }) => ({
      validationResults: output.results,
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

    setApplyTarget: assign(
      ({ context }, { target, approved, order }: Omit<Extract<PlanCommand, { type: 'apply' }>, 'type'>) => ({
        applyTarget: target,
        applyRequest: order ?? null,
        approved: approved || context.approved,
      }),
    ),
    setApproved: assign({ approved: true }),
    clearApproval: assign({ approved: false }),
    recordApplied: enqueueActions(({ context, enqueue }, { output }: { output: EffectOutput<'apply'> }) => {
      if (output.outcome !== 'applied') return;
      const { commits, files, results, uncommitted } = output;
      const target = applyTargetOf(context);
      const left = context.applyRequest?.selection?.left ?? [];
      const { after } = output;
      const more = { ...(left.length > 0 && { left }), ...(uncommitted && { uncommitted }), ...(after && { after }) };
      enqueue.assign({
        applySummary: { target, commits, files, ...more },
        validationResults: results.length > 0 ? results : context.validationResults,
        error: null,
        errorMessage: null,
      });
      enqueue.emit({ type: 'plan.applied', planId: context.spec.planId, target, commits, files, ...more });
    }),
    setConstrained: enqueueActions(({ context, enqueue }, { output }: { output: EffectOutput<'apply'> }) => {
      const applied = output.outcome === 'applied';
      const error = applied ? appliedWithFailedChecksError(output.commits) : output.error;
      // Validations that failed on a moved target, or for a part alone, do not apply to the result on its own base.
      const validationResults = applied ? output.results : context.validationResults;
      const failure = describeFailure(
        { ...context, error, validationResults },
        { phase: 'apply', state: 'constrained' },
      );
      enqueue.assign({ ...failureContext(failure), validationResults });
      enqueue.emit(errorRecorded(context, failure));
    }),

    savePosition: assign(({ context }) => ({ pausedFrom: context.position })),
    clearSavedPosition: assign({ pausedFrom: null }),
    stopForCancel: assign((_, { reason }: { reason: string }) => ({
      stopReason: 'cancel' as const,
      cancelReason: reason,
    })),
    stopForTimeout: assign((_, { error }: { error: SerializedError }) => ({
      stopReason: 'expire' as const,
      error,
      errorMessage: error.message,
    })),
    stopForRevert: enqueueActions(
      ({ context, enqueue }, { decision, guidance }: { decision: DecisionDraft; guidance: string }) => {
        enqueue.emit({ type: 'decision.recorded', planId: context.spec.planId, decision });
        enqueue.assign({
          stopReason: 'revert',
          reversionCount: context.reversionCount + 1,
          guidance: guidance === '' ? context.guidance : [...context.guidance, guidance],
        });
      },
    ),
    /**
     * Starts a new attempt from the beginning; the old sandbox is captured and removed in the background, under its
     * own key.
     */
    beginNewAttempt: enqueueActions(({ context, enqueue }) => {
      const { spec, sandbox, attempt } = context;
      if (sandbox !== null) {
        enqueue.spawnChild('archiveSandbox', {
          id: `dismissal-${attempt}`,
          input: { spec, sandbox, reason: `reverted attempt ${attempt}` },
        });
      }
      enqueue.assign({
        ...emptyAttempt,
        stopReason: null,
        strategyReady: false,
        resumeFrom: initialResumePoint(spec),
        reusablePlanIds: [],
        approved: false,
        autoExecute: false,
        attempt: attempt + 1,
        error: null,
        errorMessage: null,
      });
    }),
    stopForFailure: assign({ stopReason: 'expire' }),
    emitCancelled: enqueueActions(({ context, enqueue }) =>
      enqueue.emit({ type: 'plan.cancelled', planId: context.spec.planId, reason: stopReasonText(context) }),
    ),
    stopFinishedChild: stopChild((_, { actorId }: { actorId: string }) => actorId),
  },
});
