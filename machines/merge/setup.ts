/** The words the merge chart is written in. */
import { assign, enqueueActions, setup } from 'xstate';
import type { Conflict, Resolution } from '../../src/model/conflict.ts';
import type { PlanFact } from '../../src/model/event.ts';
import { Fault, type StoredFault } from '../../src/model/fault.ts';
import type { EffectInput, EffectOutput } from '../contract.ts';
import { declared } from '../declare.ts';
import { childAtHand, firstPending, isChain, type MergeContext } from './context.ts';
import type { MergeInput, MergeOutput, MergeReport, MergeSignal } from './protocol.ts';

type Folded = EffectOutput<'fold'>;

export const mergeSetup = setup({
  types: {
    context: {} as MergeContext,
    events: {} as MergeSignal,
    input: {} as MergeInput,
    output: {} as MergeOutput,
    emitted: {} as PlanFact,
  },
  actors: {
    fold: declared<EffectInput<'fold'>, Folded>('fold'),
    settle: declared<EffectInput<'settle'>, EffectOutput<'settle'>>('settle'),
  },
  guards: {
    hasChild: ({ context: { at, children } }) => at < children.length,
    isChained: ({ context }) =>
      context.strategy === 'sequentialApply' && context.at === 0 && context.children.length > 0 && isChain(context),
    isClean: (_, { clean, conflicts }: { clean: boolean; conflicts: Conflict[] }) => clean && conflicts.length === 0,
    /** Conflicts are refused by the strategy, or cannot be settled because none is named. */
    mayNotConflict: ({ context }, { conflicts }: { conflicts: Conflict[] }) =>
      context.strategy === 'failOnConflict' || conflicts.length === 0,
    isOpen: ({ context: { conflicts, queue } }, { conflictId }: { conflictId: string }) =>
      conflicts.some(conflict => conflict.conflictId === conflictId) &&
      !queue.some(pending => pending.conflictId === conflictId),
    isSettled: ({ context }) => context.conflicts.length === 0,
    hasResolution: ({ context }) => context.queue.length > 0,
  },
  actions: {
    takeLast: enqueueActions(({ context: { spec, children, tree }, enqueue }) => {
      for (const { planId, treeOid } of children) {
        enqueue.emit({ type: 'merge.folded', planId: spec.planId, childPlanId: planId, treeOid, engines: {} });
      }
      enqueue.assign({ tree: children.reduce((_, { treeOid }) => treeOid, tree), at: children.length });
    }),
    keepFold: enqueueActions(({ context, enqueue }, { found }: { found: Folded }) => {
      const { spec, at, children } = context;
      enqueue.assign({ tree: found.treeOid });
      for (const { planId: childPlanId } of children.slice(at, at + found.folded)) {
        enqueue.emit({
          type: 'merge.folded',
          planId: spec.planId,
          childPlanId,
          treeOid: found.treeOid,
          engines: found.engines,
        });
      }
    }),
    nextChild: assign(({ context }, { folded }: { folded: number }) => ({
      at: Math.min(context.at + folded, context.children.length),
    })),
    keepConflicts: enqueueActions(({ context, enqueue }, { conflicts }: { conflicts: Conflict[] }) => {
      const { planId } = context.spec;
      for (const conflict of conflicts) enqueue.emit({ type: 'conflict.found', planId, conflict });
      const take = sideTaken(context);
      const queue = take ? conflicts.map(({ conflictId }) => ({ conflictId, resolution: { take } })) : [];
      enqueue.assign({ conflicts, queue });
    }),
    queueResolution: assign(
      ({ context }, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) => ({
        queue: [...context.queue, { conflictId, resolution }],
      }),
    ),
    keepSettled: enqueueActions(({ context, enqueue }, { tree }: { tree: string }) => {
      const { conflict, resolution } = firstPending(context);
      const { conflictId } = conflict;
      enqueue.emit({ type: 'conflict.resolved', planId: context.spec.planId, conflictId, resolution });
      enqueue.assign({
        tree,
        conflicts: context.conflicts.filter(other => other !== conflict),
        queue: context.queue.slice(1),
      });
    }),
    reopen: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      const { conflict } = firstPending(context);
      enqueue.assign({ queue: context.queue.slice(1) });
      if (!context.reported) return;
      const report: MergeReport = { type: 'merge.reopened', conflict, fault: Fault.store(error) };
      enqueue.sendParent(report);
    }),
    reportConflicted: enqueueActions(({ context: { reports, reported, tree, conflicts }, enqueue }) => {
      if (!reports || reported) return;
      const report: MergeReport = { type: 'merge.conflicted', tree, conflicts };
      enqueue.sendParent(report);
      enqueue.assign({ reported: true });
    }),
    reportResumed: enqueueActions(({ context: { reported }, enqueue }) => {
      if (!reported) return;
      const report: MergeReport = { type: 'merge.resumed' };
      enqueue.sendParent(report);
      enqueue.assign({ reported: false });
    }),
    keepFault: assign((_, { error }: { error: unknown }) => ({ fault: Fault.store(error) })),
    keepConflictFault: assign(({ context }, { found }: { found: Folded }) => ({
      fault: conflictFault(context, found.conflicts),
    })),
  },
});

/** The side that always wins, when one does; null leaves it to a person. */
function sideTaken({ strategy, policy }: MergeContext): 'ours' | 'theirs' | null {
  if (strategy === 'lastWins' || policy === 'preferTheirs') return 'theirs';
  return policy === 'preferOurs' ? 'ours' : null;
}

function conflictFault(context: MergeContext, conflicts: readonly Conflict[]): StoredFault {
  const { planId, goal } = childAtHand(context);
  const paths = conflicts.map(({ path }) => path);
  const named = paths.length > 0 ? paths.join(', ') : 'files the merge did not name';
  return new Fault('MERGE_CONFLICT', `The result of "${goal}" conflicts with what was merged before it: ${named}`, {
    where: `plan ${planId}`,
    hints: [`troupe plan diff --plan ${planId}`],
    details: { paths },
  }).toJSON();
}
