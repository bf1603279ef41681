/** Types, guards and actions of the merge machine. */
import { assign, enqueueActions, sendParent, setup } from 'xstate';
import { commandHint } from '../../src/model/command-hint.ts';
import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import { type SerializedError, TroupeError } from '../../src/model/errors.ts';
import type { PlanEventPayload } from '../../src/model/event.ts';
import { omitUndefined } from '../../src/model/optional-keys.ts';
import { resolvesConflict, withHunkResolved } from '../../src/model/resolution.ts';
import type { EffectInput, EffectOutput } from '../effects.ts';
import type { ApprovalRequestedEvent } from '../retry.machine.ts';
import { unprovidedActor } from '../unprovided-actor.ts';
import {
  canQueueResolution,
  currentChild,
  firstPending,
  isSequentialChain,
  type MergeContext,
  mergedSoFar,
} from './context.ts';
import type { MergeInput, MergeMachineEvent, MergeOutput, MergeReportEvent } from './events.ts';

type MergeNextOutput = EffectOutput<'mergeNext'>;

export const mergeSetup = setup({
  types: {
    context: {} as MergeContext,
    events: {} as MergeMachineEvent,
    input: {} as MergeInput,
    output: {} as MergeOutput,
    emitted: {} as PlanEventPayload,
  },
  actors: {
    mergeNext: unprovidedActor<EffectInput<'mergeNext'>, MergeNextOutput>('mergeNext'),
    resolveConflict: unprovidedActor<EffectInput<'resolveConflict'>, EffectOutput<'resolveConflict'>>(
      'resolveConflict',
    ),
  },
  guards: {
    hasChild: ({ context: { childIndex, children } }) => childIndex < children.length,
    isSequentialChain: ({ context }) =>
      context.strategy === 'sequentialApply' &&
      context.childIndex === 0 &&
      context.children.length > 0 &&
      isSequentialChain(context),
    isClean: (_, { clean, conflicts }: { clean: boolean; conflicts: Conflict[] }) => clean && conflicts.length === 0,
    /** The strategy does not allow conflicts, or there is no conflict to resolve. */
    mustFailOnConflict: ({ context }, { conflicts }: { conflicts: Conflict[] }) =>
      context.strategy === 'failOnConflict' || conflicts.length === 0,
    canResolve: ({ context }, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) =>
      canQueueResolution(context, conflictId, resolution),
    hasNoConflicts: ({ context }) => context.conflicts.length === 0,
    hasResolution: ({ context }) => context.pendingResolutions.length > 0,
  },
  actions: {
    takeLastTree: enqueueActions(({ context: { spec, children, tree }, enqueue }) => {
      for (const { planId, treeOid } of children) {
        enqueue.emit({ type: 'merge.child_merged', planId: spec.planId, childPlanId: planId, treeOid, engines: {} });
      }
      enqueue.assign({ tree: children.reduce((_, { treeOid }) => treeOid, tree), childIndex: children.length });
    }),
    setMerged: enqueueActions(({ context, enqueue }, { found }: { found: MergeNextOutput }) => {
      const { spec, childIndex, children } = context;
      enqueue.assign({ tree: found.treeOid, treeBeforeChild: context.tree });
      const folded = children.slice(childIndex, childIndex + found.folded);
      for (const { planId: childPlanId } of context.strategy === 'chooseOne' ? [] : folded) {
        enqueue.emit({
          type: 'merge.child_merged',
          planId: spec.planId,
          childPlanId,
          treeOid: found.treeOid,
          engines: found.engines,
          ...omitUndefined({ adjacent: found.adjacent }),
        });
      }
    }),
    nextChild: assign(({ context }, { folded }: { folded: number }) => ({
      childIndex: Math.min(context.childIndex + folded, context.children.length),
    })),
    setConflicts: enqueueActions(({ context, enqueue }, { conflicts }: { conflicts: Conflict[] }) => {
      const { planId } = context.spec;
      for (const conflict of conflicts) enqueue.emit({ type: 'conflict.found', planId, conflict });
      const resolution = resolutionByPolicy(context);
      const queue = resolution ? conflicts.map(({ conflictId }) => ({ conflictId, resolution })) : [];
      enqueue.assign({ conflicts, pendingResolutions: queue });
    }),
    queueResolution: assign(
      ({ context }, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) => ({
        pendingResolutions: [...context.pendingResolutions, { conflictId, resolution }],
      }),
    ),
    setResolved: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'resolveConflict'> }) => {
      const { conflict, resolution } = firstPending(context);
      const { planId } = context.spec;
      const remaining = withHunkResolved(conflict, resolution);
      const resolved = resolvesConflict(conflict, resolution);
      for (const decision of found.decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
      if (resolved) enqueue.emit({ type: 'conflict.resolved', planId, conflictId: conflict.conflictId, resolution });
      enqueue.assign({
        tree: found.treeOid,
        toolCalls: context.toolCalls + found.toolCalls,
        conflicts: context.conflicts.flatMap(other => (other !== conflict ? [other] : resolved ? [] : [remaining])),
        pendingResolutions: context.pendingResolutions.slice(1),
      });
    }),
    reopenConflict: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      const { conflict } = firstPending(context);
      const { conflictId } = conflict;
      const failure = TroupeError.serialize(error);
      enqueue.assign({
        pendingResolutions: context.pendingResolutions.filter(each => each.conflictId !== conflictId),
        lastError: failure,
      });
      if (!context.reported) return;
      const report: MergeReportEvent = { type: 'merge.reopened', conflict, error: failure };
      enqueue.sendParent(report);
    }),
    reportConflicted: enqueueActions(({ context, enqueue }) => {
      const { reports, tree, conflicts, lastError } = context;
      if (!reports) return;
      const report: MergeReportEvent = {
        type: 'merge.conflicted',
        tree,
        conflicts,
        folded: mergedSoFar(context),
        error: lastError,
      };
      enqueue.sendParent(report);
      enqueue.assign({ reported: true, lastError: null });
    }),
    reportResumed: enqueueActions(({ context: { reported }, enqueue }) => {
      if (!reported) return;
      const report: MergeReportEvent = { type: 'merge.resumed' };
      enqueue.sendParent(report);
      enqueue.assign({ reported: false });
    }),
    forward: sendParent((_, event: ApprovalRequestedEvent) => event),
    setError: assign((_, { error }: { error: unknown }) => ({ error: TroupeError.serialize(error) })),
    setConflictError: assign(({ context }, { found }: { found: MergeNextOutput }) => ({
      error: conflictError(context, found.conflicts),
    })),
  },
});

/** Returns the automatic resolution of conflicts; null leaves them to a person. */
function resolutionByPolicy({ strategy, policy, spec }: MergeContext): Resolution | null {
  if (strategy === 'chooseOne') {
    const judge = spec.attempts?.judge ?? null;
    return judge === null ? null : { take: 'actor', actor: judge };
  }
  if (strategy === 'lastWins' || policy === 'preferTheirs') return { take: 'theirs' };
  if (policy === 'preferOurs') return { take: 'ours' };
  return policy === 'actor' ? { take: 'actor', actor: null } : null;
}

function conflictError(context: MergeContext, conflicts: readonly Conflict[]): SerializedError {
  const { planId, goal } = currentChild(context);
  const paths = conflicts.map(({ path }) => path);
  const named = paths.length > 0 ? paths.join(', ') : 'files the merge did not name';
  return new TroupeError(
    'MERGE_CONFLICT',
    `The result of "${goal}" conflicts with what was merged before it: ${named}`,
    {
      where: `plan ${planId}`,
      hints: [commandHint('plan diff', { planId })],
      details: { paths },
    },
  ).toJSON();
}
