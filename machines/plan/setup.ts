/** The words the plan chart is written in. What it says is in telling.ts, what it is made of in base.ts; here is what it keeps. */
import { assign, enqueueActions, sendTo, stopChild } from 'xstate';
import { type Conflict, type Resolution, settles, withPicked } from '../../src/model/conflict.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { StoredFault } from '../../src/model/fault.ts';
import { permits } from '../../src/model/profile.ts';
import type { SubplanConfig } from '../../src/model/subplan.ts';
import type { EffectOutput, Member, PlanCommand } from '../contract.ts';
import { landedUnsound } from '../landing.ts';
import type { MergeOutput, MergeReport } from '../merge/protocol.ts';
import type { SubplansOutput } from '../subplans/protocol.ts';
import type { ValidationOutput } from '../validation.ts';
import { failureAt } from './advising.ts';
import { planBringing } from './bringing.ts';
import {
  beginningOf,
  landedPlans,
  made,
  type PlanContext,
  recallReason,
  sandboxOf,
  specInForce,
  targetOf,
  untouched,
} from './context.ts';
import { report } from './idling.ts';
import { kept, recordedFailure } from './telling.ts';

export const planSetup = planBringing.extend({
  actions: {
    keepInvariants: assign(
      ({ context }, { output }: { output: { outcome: string; invariants?: PlanContext['invariants'] } }) => ({
        invariants: output.invariants ?? context.invariants,
      }),
    ),
    hurry: assign({ hurried: true }),
    noteStrategized: assign({ strategized: true }),
    keepStrategy: assign((_, { found: { confidence, convictions = {} } }: { found: EffectOutput<'strategize'> }) => ({
      confidence,
      convictions,
    })),
    keepEstimate: assign((_, { found }: { found: EffectOutput<'estimate'> }) => ({ estimate: found.estimate })),
    keepPrepared: assign((_, { found }: { found: EffectOutput<'prepare'> }) => ({
      sandbox: found.sandbox,
      startTree: found.startTree,
    })),
    startExecuting: assign(({ context: { sandbox } }) => ({
      ...untouched,
      sandbox,
      hurried: false,
      recall: null,
      error: null,
      errorMessage: null,
    })),
    keepWork: assign(({ context }, { found }: { found: EffectOutput<'execute'> }) => ({
      workTree: found.tree,
      run: found.run,
      toolCalls: context.toolCalls + found.toolCalls,
    })),
    /** What a plan had made that ends without a result: its record leads to it once the sandbox is gone. */
    keepLeft: assign(({ context }, { left }: { left: EffectOutput<'dismiss'> }) => ({
      workTree: left.tree ?? context.workTree,
    })),
    takeOverWork: assign(({ context: { resumeFrom } }) => ({ workTree: resumeFrom?.tree ?? null })),
    gather: enqueueActions(
      ({ context, enqueue }, { members, config }: { members: Member[]; config: SubplanConfig }) => {
        enqueue(report({ grouped: true }));
        enqueue.assign({ grouped: true, mergeStrategy: config.mergeStrategy });
        enqueue.spawnChild('subplans', {
          id: 'subplans',
          input: { parent: specInForce(context), members, config, baseTree: made(context, 'workTree') },
        });
      },
    ),
    letGroupWait: enqueueActions(({ enqueue }) => {
      enqueue(report({ subplansWait: true }));
      enqueue.assign({ subplansWait: true });
    }),
    /** A plan that has a slot, or needs none, says so at once; one that asks for one first says so when it has it. */
    letGroupGo: enqueueActions(({ context: { gated, slot }, enqueue }) => {
      enqueue(report({ subplansWait: false }));
      enqueue.assign({ subplansWait: false });
      if (!gated || slot === 'held') enqueue.sendTo('subplans', { type: 'slot.granted' });
    }),
    /** What was held counts as going on until it says otherwise. */
    expectGroup: assign({ subplansWait: false }),
    keepGroup: enqueueActions(({ enqueue }, { output }: { output: SubplansOutput }) => {
      enqueue(report({ grouped: false, subplansWait: false }));
      enqueue.assign({
        grouped: false,
        subplansWait: false,
        results: output.children,
        subplanStatuses: output.statuses,
      });
    }),
    /** What is complete need not run again when the plan does, as long as it would come out the same. */
    keepComplete: assign(({ context }) => ({
      kept: context.subplanStatuses.filter(({ state }) => state === 'complete').map(({ planId }) => planId),
    })),
    stopGroup: stopChild('subplans'),
    dropGroup: enqueueActions(({ enqueue }) => {
      enqueue(report({ grouped: false, subplansWait: false }));
      enqueue.assign({ grouped: false, subplansWait: false });
    }),
    beginMerge: enqueueActions(({ context, enqueue }) => {
      const { spec, attempt, guidance, results, mergeStrategy: strategy } = context;
      const landed = landedPlans(context);
      const children = results.filter(({ planId }) => !landed.includes(planId));
      const { conflictPolicy } = spec.subplanConfig;
      const settles = permits(spec.profileSnapshot, 'resolveConflicts', context.confidence);
      const policy = settles ? conflictPolicy : 'manual';
      const ours = made(context, 'workTree');
      enqueue.assign({ merging: true });
      enqueue.spawnChild('merge', {
        id: 'merge',
        input: {
          spec: specInForce(context),
          attempt,
          guidance,
          sandbox: sandboxOf(context),
          ours,
          children,
          strategy,
          policy,
          reports: true,
        },
      });
    }),
    stopMerge: stopChild('merge'),
    dropMerge: assign({ merging: false }),
    keepMerged: assign(({ context }, { output }: { output: MergeOutput }) => ({
      ...(output.outcome === 'merged' && {
        mergedTree: output.tree,
        merged: { treeOid: output.tree, planIds: context.results.map(({ planId }) => planId) },
      }),
      toolCalls: context.toolCalls + output.toolCalls,
    })),
    keepConflicts: assign(
      (_, { tree, conflicts, folded, fault }: Omit<Extract<MergeReport, { type: 'merge.conflicted' }>, 'type'>) => ({
        mergedTree: tree,
        merged: folded,
        conflicts,
        error: fault,
        errorMessage: fault?.message ?? null,
      }),
    ),
    settle: enqueueActions(
      ({ context, enqueue }, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) => {
        const { conflicts, resolutions } = context;
        const settled = conflicts.every(each => each.conflictId !== conflictId || settles(each, resolution));
        const left = conflicts.flatMap(each => {
          if (each.conflictId !== conflictId) return [each];
          return settled ? [] : [withPicked(each, resolution)];
        });
        for (const conflict of left) {
          if (conflict.conflictId !== conflictId) continue;
          enqueue.emit({ type: 'conflict.narrowed', planId: context.spec.planId, conflict });
        }
        enqueue.assign({
          conflicts: left,
          resolutions: settled ? { ...resolutions, [conflictId]: resolution } : resolutions,
        });
        enqueue.sendTo('merge', { type: 'resolve', conflictId, resolution });
      },
    ),
    reopen: enqueueActions(({ context, enqueue }, { conflict, fault }: { conflict: Conflict; fault: StoredFault }) => {
      const { [conflict.conflictId]: _undone, ...resolutions } = context.resolutions;
      enqueue.emit({ type: 'conflict.reopened', planId: context.spec.planId, conflict, fault });
      enqueue.assign({
        conflicts: [...context.conflicts.filter(({ conflictId }) => conflictId !== conflict.conflictId), conflict],
        resolutions,
        error: fault,
        errorMessage: fault.message,
      });
    }),
    holdChildren: enqueueActions(({ context, enqueue }) => {
      if (context.grouped) enqueue.sendTo('subplans', { type: 'pause' });
      if (context.merging) enqueue.sendTo('merge', { type: 'pause' });
    }),
    releaseChildren: enqueueActions(({ context, enqueue }) => {
      if (context.grouped) enqueue.sendTo('subplans', { type: 'resume' });
      if (context.merging) enqueue.sendTo('merge', { type: 'resume' });
    }),
    callBackGroup: sendTo('subplans', ({ context }) => ({
      type: 'cancel',
      reason: recallReason(context),
    })),

    keepValidation: assign(({ context }, { output }: { output: ValidationOutput }) => ({
      validationResults: output.results,
      findings: output.findings,
      toolCalls: context.toolCalls + output.toolCalls,
    })),
    keepReview: assign((_, { found }: { found: EffectOutput<'review'> }) => ({
      resultTree: found.resultTree,
      changeSet: found.changeSet,
    })),

    keepMessage: assign((_, { found: { message, fault } }: { found: EffectOutput<'describe'> }) => ({
      commitMessage: { message, fault },
    })),

    keepTarget: assign(
      ({ context }, { target, approved, order }: Omit<Extract<PlanCommand, { type: 'apply' }>, 'type'>) => ({
        applyTarget: target,
        landing: order ?? null,
        approved: approved || context.approved,
      }),
    ),
    approve: assign({ approved: true }),
    dropApproval: assign({ approved: false }),
    keepLanding: enqueueActions(({ context, enqueue }, { output }: { output: EffectOutput<'apply'> }) => {
      if (output.outcome !== 'landed') return;
      const { commits, files, results, uncommitted } = output;
      const target = targetOf(context);
      const left = context.landing?.chosen?.left ?? [];
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
    keepConstraint: enqueueActions(({ context, enqueue }, { output }: { output: EffectOutput<'apply'> }) => {
      const landed = output.outcome === 'landed';
      const error = landed ? landedUnsound(output.commits) : output.fault;
      // Checks that failed on a target that moved, or for a part alone, say nothing of the result on its own base.
      const validationResults = landed ? output.results : context.validationResults;
      const failure = failureAt({ ...context, error, validationResults }, { phase: 'apply', state: 'constrained' });
      enqueue.assign({ ...kept(failure), validationResults });
      enqueue.emit(recordedFailure(context, failure));
    }),

    rememberPlace: assign(({ context }) => ({ pausedFrom: context.place })),
    forgetPlace: assign({ pausedFrom: null }),
    recallToCancel: assign((_, { reason }: { reason: string }) => ({
      recall: 'cancel' as const,
      cancelReason: reason,
    })),
    recallToExpire: assign((_, { fault }: { fault: StoredFault }) => ({
      recall: 'expire' as const,
      error: fault,
      errorMessage: fault.message,
    })),
    recallToRevert: enqueueActions(
      ({ context, enqueue }, { decision, guidance }: { decision: DecisionDraft; guidance: string }) => {
        enqueue.emit({ type: 'decision.recorded', planId: context.spec.planId, decision });
        enqueue.assign({
          recall: 'revert',
          reversionCount: context.reversionCount + 1,
          guidance: guidance === '' ? context.guidance : [...context.guidance, guidance],
        });
      },
    ),
    /** A new attempt from nothing; the old sandbox is captured and removed beside the work, under its own key. */
    startOver: enqueueActions(({ context, enqueue }) => {
      const { spec, sandbox, attempt } = context;
      if (sandbox !== null) {
        enqueue.spawnChild('dismiss', {
          id: `dismissal-${attempt}`,
          input: { spec, sandbox, reason: `reverted attempt ${attempt}` },
        });
      }
      enqueue.assign({
        ...untouched,
        recall: null,
        strategized: false,
        resumeFrom: beginningOf(spec),
        kept: [],
        approved: false,
        hurried: false,
        attempt: attempt + 1,
        error: null,
        errorMessage: null,
      });
    }),
    recallFailing: assign({ recall: 'expire' }),
    tellCancelled: enqueueActions(({ context, enqueue }) =>
      enqueue.emit({ type: 'plan.cancelled', planId: context.spec.planId, reason: recallReason(context) }),
    ),
    tidyUp: stopChild((_, { actorId }: { actorId: string }) => actorId),
  },
});
