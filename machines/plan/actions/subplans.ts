/** Actions for subplans, the merge of their results, and conflicts. */

import type { Conflict, Resolution } from '../../../src/model/conflict.ts';
import type { SerializedError } from '../../../src/model/errors.ts';
import { meetsThreshold } from '../../../src/model/profile.ts';
import { resolvesConflict, withHunkResolved } from '../../../src/model/resolution.ts';
import type { GroupConfig } from '../../../src/model/subplan.ts';
import type { SubplanSpec } from '../../effects.ts';
import type { MergeOutput, MergeReportEvent } from '../../merge/events.ts';
import type { SubplansOutput } from '../../subplans/events.ts';
import { effectiveSpec, type PlanContext, requireSandbox, requireTree, stopReasonText } from '../context.ts';
import { mergedSubplans } from '../merged-subplans.ts';
import { assign, enqueueActions, sendTo } from '../typed-actions.ts';

export const subplanActions = {
  startSubplans: enqueueActions(
    ({ context, enqueue }, { members, config }: { members: SubplanSpec[]; config: GroupConfig }) => {
      enqueue({ type: 'reportActivity', params: { subplansRunning: true } });
      enqueue.assign({ subplansRunning: true, mergeStrategy: config.mergeStrategy });
      enqueue.spawnChild('subplans', {
        id: 'subplans',
        input: { parent: effectiveSpec(context), members, config, baseTree: requireTree(context, 'workTree') },
      });
    },
  ),
  setSubplansIdle: enqueueActions(({ enqueue }) => {
    enqueue({ type: 'reportActivity', params: { subplansWait: true } });
    enqueue.assign({ subplansWait: true });
  }),
  /** A plan that has a slot, or needs none, reports at once; one that requests a slot reports when it has it. */
  setSubplansBusy: enqueueActions(({ context: { usesSlots, slot }, enqueue }) => {
    enqueue({ type: 'reportActivity', params: { subplansWait: false } });
    enqueue.assign({ subplansWait: false });
    if (!usesSlots || slot === 'held') enqueue.sendTo('subplans', { type: 'slot.granted' });
  }),
  /** Paused subplans count as busy until they report otherwise. */
  assumeSubplansBusy: assign({ subplansWait: false }),
  /** The group has ended. */
  setSubplanResults: enqueueActions(({ enqueue }, { output }: { output: SubplansOutput }) => {
    enqueue.stopChild('subplans');
    enqueue({ type: 'reportActivity', params: { subplansRunning: false, subplansWait: false } });
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
  stopSubplans: enqueueActions(({ enqueue }) => {
    enqueue.stopChild('subplans');
    enqueue({ type: 'reportActivity', params: { subplansRunning: false, subplansWait: false } });
    enqueue.assign({ subplansRunning: false, subplansWait: false });
  }),
  startMerge: enqueueActions(({ context, enqueue }) => {
    const { spec, attempt, guidance } = context;
    const { conflictPolicy } = spec.subplanConfig;
    const resolvesAlone = meetsThreshold(spec.profileSnapshot, 'resolveConflicts', context.confidence);
    const policy = resolvesAlone ? conflictPolicy : 'manual';
    enqueue.assign({ mergeRunning: true });
    enqueue.spawnChild('merge', {
      id: 'merge',
      input: {
        spec: effectiveSpec(context),
        attempt,
        guidance,
        sandbox: requireSandbox(context),
        ...mergedSubplans(context),
        policy,
        reports: true,
      },
    });
  }),
  stopMerge: enqueueActions(({ enqueue }) => {
    enqueue.stopChild('merge');
    enqueue.assign({ mergeRunning: false });
  }),
  setMergedTree: assign(({ context }, { output }: { output: MergeOutput }) => ({
    ...(output.outcome === 'merged' && {
      mergedTree: output.tree,
      merged: { treeOid: output.tree, planIds: context.results.map(({ planId }) => planId) },
    }),
    toolCalls: context.toolCalls + output.toolCalls,
  })),
  setConflicts: assign(
    (_, { tree, conflicts, folded, error }: Omit<Extract<MergeReportEvent, { type: 'merge.conflicted' }>, 'type'>) => ({
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
      const allResolved = conflicts.every(each => each.conflictId !== conflictId || resolvesConflict(each, resolution));
      const left = conflicts.flatMap(each => {
        if (each.conflictId !== conflictId) return [each];
        return allResolved ? [] : [withHunkResolved(each, resolution)];
      });
      for (const conflict of left) {
        if (conflict.conflictId !== conflictId) continue;
        enqueue.emit({ type: 'conflict.hunk_resolved', planId: context.spec.planId, conflict });
      }
      enqueue.assign({
        conflicts: left,
        resolutions: allResolved ? { ...resolutions, [conflictId]: resolution } : resolutions,
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
  /** Those of a paused plan are paused already. */
  pauseChildren: enqueueActions(({ context, enqueue }) => {
    if (context.pausedFrom !== null) return;
    if (context.subplansRunning) enqueue.sendTo('subplans', { type: 'pause' });
    if (context.mergeRunning) enqueue.sendTo('merge', { type: 'pause' });
  }),
  resumeChildren: enqueueActions(({ context, enqueue }) => {
    if (context.subplansRunning) enqueue.sendTo('subplans', { type: 'resume' });
    if (context.mergeRunning) enqueue.sendTo('merge', { type: 'resume' });
  }),
  cancelSubplans: sendTo('subplans', ({ context }: { context: PlanContext }) => ({
    type: 'cancel',
    reason: stopReasonText(context),
  })),
};
