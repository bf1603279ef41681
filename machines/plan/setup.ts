/** The words the plan chart is written in: its types, effects, guards and actions, each by name. */
import { assign, enqueueActions, sendTo, setup, stopChild } from 'xstate';
import type { CheckpointDraft } from '../../src/model/checkpoint.ts';
import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import type { PlanFact } from '../../src/model/event.ts';
import { Fault, type StoredFault } from '../../src/model/fault.ts';
import type { ApplyTarget } from '../../src/model/plan.ts';
import type { SubplanConfig } from '../../src/model/subplan.ts';
import type { EffectInput, EffectName, EffectOutput, Member, PlanOutput } from '../contract.ts';
import { declared } from '../declare.ts';
import { mergeMachine } from '../merge/index.ts';
import type { MergeOutput } from '../merge/protocol.ts';
import { reconciliationMachine } from '../reconciliation.ts';
import { subplansMachine } from '../subplans/index.ts';
import type { SubplansOutput } from '../subplans/protocol.ts';
import { type ValidationOutput, validationMachine } from '../validation.ts';
import { type Place, type PlanContext, type PlanInput, promptDefinition, specInForce, untouched } from './context.ts';
import { guards } from './guards.ts';
import type { PlanSignal } from './protocol.ts';

const effect = <Name extends EffectName>(name: Name) => declared<EffectInput<Name>, EffectOutput<Name>>(name);

export const planSetup = setup({
  types: {
    context: {} as PlanContext,
    events: {} as PlanSignal,
    input: {} as PlanInput,
    output: {} as PlanOutput,
    emitted: {} as PlanFact,
  },
  actors: {
    preflight: effect('preflight'),
    strategize: effect('strategize'),
    estimate: effect('estimate'),
    prepare: effect('prepare'),
    execute: effect('execute'),
    enlist: effect('enlist'),
    place: effect('place'),
    review: effect('review'),
    recover: effect('recover'),
    apply: effect('apply'),
    dismiss: effect('dismiss'),
    reconciliation: reconciliationMachine,
    subplans: subplansMachine,
    merge: mergeMachine,
    validation: validationMachine,
  },
  guards,
  actions: {
    /** Says where the plan stands now, and asks for or gives back its turn to execute. The only writer of `place`. */
    enter: enqueueActions(({ context, event, enqueue }, { phase, state }: Place) => {
      const { place: from, gated, admitted, spec } = context;
      if (from.phase === phase && from.state === state) return;
      const to: Place = { phase, state };
      enqueue.assign({ place: to });
      enqueue.emit({ type: 'plan.phase_changed', planId: spec.planId, from, to, cause: causeOf(event.type) });
      if (!gated) return;
      if (isIn(to, 'queued')) enqueue.sendParent({ type: 'slot.wanted', planId: spec.planId });
      else if (!isIn(to, 'processing') && (admitted || isIn(from, 'queued') || isIn(from, 'processing'))) {
        enqueue.sendParent({ type: 'slot.freed', planId: spec.planId });
        enqueue.assign({ admitted: false });
      }
    }),
    askForTurn: enqueueActions(({ context, enqueue }) =>
      enqueue.sendParent({ type: 'slot.wanted', planId: context.spec.planId }),
    ),
    takeTurn: assign({ admitted: true }),

    recordRoot: enqueueActions(({ context: { rooted, spec }, enqueue }) => {
      if (rooted) return;
      enqueue.emit({ type: 'decision.recorded', planId: spec.planId, decision: promptDefinition(spec) });
      enqueue.assign({ rooted: true });
    }),
    recordDecisions: enqueueActions(({ context, enqueue }, { decisions }: { decisions: DecisionDraft[] }) => {
      const { planId } = context.spec;
      for (const decision of decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
    }),
    recordCheckpoint: enqueueActions(({ context, enqueue }, { checkpoint }: { checkpoint: CheckpointDraft | null }) => {
      if (checkpoint === null) return;
      enqueue.emit({ type: 'checkpoint.created', planId: context.spec.planId, checkpoint });
      enqueue.assign({ lastCheckpointId: checkpoint.checkpointId });
    }),
    keepGuidance: enqueueActions(
      ({ context, enqueue }, { decision, guidance }: { decision: DecisionDraft; guidance: string }) => {
        const { planId } = context.spec;
        enqueue.emit({ type: 'decision.recorded', planId, decision });
        enqueue.emit({ type: 'plan.prompted', planId, guidance });
        enqueue.assign({ guidance: [...context.guidance, guidance] });
      },
    ),
    keepStep: assign(({ context }, { step }: { step: number }) => ({
      lastCompletedStep: Math.max(context.lastCompletedStep, step),
    })),

    keepFault: assign((_, { error }: { error: unknown }) => {
      const fault = Fault.store(error);
      return { error: fault, errorMessage: fault.message };
    }),
    tellBlocked: enqueueActions(({ context: { spec, place, error }, enqueue }) => {
      if (error === null) return;
      enqueue.emit({ type: 'error.recorded', planId: spec.planId, phase: place.phase, fault: error, details: {} });
      enqueue.assign({ hurried: false });
    }),
    forgetFault: assign({ error: null, errorMessage: null }),
    keepRecovery: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'recover'> }) => {
      const { spec, place, errorDetails } = context;
      const details = { ...errorDetails, ...found.details };
      enqueue.assign({ error: found.fault, errorMessage: found.fault.message, errorDetails: details, hurried: false });
      enqueue.emit({ type: 'error.recorded', planId: spec.planId, phase: place.phase, fault: found.fault, details });
    }),
    /** The recovery itself failed: the first fault stays the plan's, the second is kept beside it. */
    keepUnrecovered: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      const { spec, place, errorDetails } = context;
      const details = { ...errorDetails, recovery: Fault.store(error) };
      const fault = context.error ?? Fault.store(error);
      enqueue.assign({ error: fault, errorMessage: fault.message, errorDetails: details, hurried: false });
      enqueue.emit({ type: 'error.recorded', planId: spec.planId, phase: place.phase, fault, details });
    }),

    keepInvariants: assign(
      ({ context }, { output }: { output: { outcome: string; invariants?: PlanContext['invariants'] } }) => ({
        invariants: output.invariants ?? context.invariants,
      }),
    ),
    hurry: assign({ hurried: true }),
    keepStrategy: assign((_, { found }: { found: EffectOutput<'strategize'> }) => ({ confidence: found.confidence })),
    keepEstimate: assign((_, { found }: { found: EffectOutput<'estimate'> }) => ({ estimate: found.estimate })),
    keepPrepared: assign((_, { found }: { found: EffectOutput<'prepare'> }) => ({
      sandbox: found.sandbox,
      startTree: found.startTree,
    })),
    startExecuting: assign(({ context: { sandbox, lastCompletedStep } }) => ({
      ...untouched,
      sandbox,
      lastCompletedStep,
      hurried: false,
      error: null,
      errorMessage: null,
    })),
    keepWork: assign(({ context }, { found }: { found: EffectOutput<'execute'> }) => ({
      workTree: found.tree,
      toolCalls: context.toolCalls + found.toolCalls,
    })),
    gather: enqueueActions(
      ({ context, enqueue }, { members, config }: { members: Member[]; config: SubplanConfig }) => {
        const { spec, workTree } = context;
        if (workTree === null) return;
        enqueue.assign({ grouped: true, mergeStrategy: config.mergeStrategy });
        enqueue.spawnChild('subplans', {
          id: 'subplans',
          input: { parent: specInForce({ ...context, spec }), members, config, baseTree: workTree },
        });
      },
    ),
    keepGroup: assign((_, { output }: { output: SubplansOutput }) => ({
      grouped: false,
      results: output.children,
      subplanStatuses: output.statuses,
    })),
    stopGroup: stopChild('subplans'),
    dropGroup: assign({ grouped: false }),
    beginMerge: enqueueActions(({ context, enqueue }) => {
      const { spec, workTree, results, mergeStrategy } = context;
      if (workTree === null) return;
      enqueue.assign({ merging: true });
      enqueue.spawnChild('merge', {
        id: 'merge',
        input: { spec, ours: workTree, children: results, strategy: mergeStrategy, reports: true },
      });
    }),
    stopMerge: stopChild('merge'),
    dropMerge: assign({ merging: false }),
    keepMerged: assign(({ context }, { output }: { output: MergeOutput }) => ({
      mergedTree: output.outcome === 'merged' ? output.tree : context.mergedTree,
    })),
    keepConflicts: assign((_, { tree, conflicts }: { tree: string; conflicts: Conflict[] }) => ({
      mergedTree: tree,
      conflicts,
    })),
    settle: enqueueActions(
      ({ context, enqueue }, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) => {
        enqueue.assign({
          conflicts: context.conflicts.filter(conflict => conflict.conflictId !== conflictId),
          resolutions: { ...context.resolutions, [conflictId]: resolution },
        });
        enqueue.sendTo('merge', { type: 'resolve', conflictId, resolution });
      },
    ),
    reopen: enqueueActions(({ context, enqueue }, { conflict, fault }: { conflict: Conflict; fault: StoredFault }) => {
      const { [conflict.conflictId]: _undone, ...resolutions } = context.resolutions;
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
      reason: context.cancelReason ?? context.error?.message ?? 'The parent plan was called back',
    })),

    keepValidation: assign(({ context }, { output }: { output: ValidationOutput }) => ({
      validationResults: output.results,
      toolCalls: context.toolCalls + output.toolCalls,
    })),
    keepReview: assign((_, { found }: { found: EffectOutput<'review'> }) => ({
      resultTree: found.resultTree,
      changeSet: found.changeSet,
    })),

    keepTarget: assign(({ context }, { target, approved }: { target: ApplyTarget; approved: boolean }) => ({
      applyTarget: target,
      approved: approved || context.approved,
    })),
    aimAtCheckout: assign({ applyTarget: { kind: 'checkout' } }),
    approve: assign({ approved: true }),
    dropApproval: assign({ approved: false }),
    keepLanding: enqueueActions(({ context, enqueue }, { output }: { output: EffectOutput<'apply'> }) => {
      if (output.outcome !== 'landed') return;
      const { commits, files, results } = output;
      const target = context.applyTarget ?? { kind: 'checkout' as const };
      enqueue.assign({
        applySummary: { target, commits, files },
        validationResults: results.length > 0 ? results : context.validationResults,
        error: null,
        errorMessage: null,
      });
      enqueue.emit({ type: 'plan.applied', planId: context.spec.planId, target, commits, files });
    }),
    keepConstraint: enqueueActions(({ context: { spec }, enqueue }, { output }: { output: EffectOutput<'apply'> }) => {
      const fault = output.outcome === 'constrained' ? output.fault : landedUnsound(output.commits);
      enqueue.assign({ validationResults: output.results, error: fault, errorMessage: fault.message });
      enqueue.emit({ type: 'error.recorded', planId: spec.planId, phase: 'apply', fault, details: {} });
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
        approved: false,
        hurried: false,
        attempt: attempt + 1,
        error: null,
        errorMessage: null,
      });
    }),
    recallFailing: assign({ recall: 'expire' }),
    tellCancelled: enqueueActions(({ context: { spec, cancelReason }, enqueue }) =>
      enqueue.emit({ type: 'plan.cancelled', planId: spec.planId, reason: cancelReason ?? '' }),
    ),
    tidyUp: stopChild(({ event }) => ('actorId' in event ? event.actorId : '')),
  },
});

function isIn({ phase, state }: Place, wanted: Place['state']): boolean {
  return phase === 'execute' && state === wanted;
}

/** An effect that landed although its own checks failed has broken its contract; the person must know what landed. */
function landedUnsound(commits: readonly string[]): StoredFault {
  return new Fault('INTERNAL', `The result was landed as ${commits.join(', ')} although a required validation failed`, {
    retriable: false,
    hints: ['git show', 'troupe plan explain'],
  }).toJSON();
}

/** What made the plan move, in words: a command, or the effect that answered. */
function causeOf(type: string): string {
  return type
    .replace(/^xstate\.done\.actor\./, 'done: ')
    .replace(/^xstate\.error\.actor\./, 'failed: ')
    .replace(/^xstate\./, '');
}
