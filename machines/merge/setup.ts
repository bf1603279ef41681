/** The words the merge chart is written in. */
import { assign, enqueueActions, sendParent, setup } from 'xstate';
import { type Conflict, type Resolution, settles, withPicked } from '../../src/model/conflict.ts';
import type { PlanFact } from '../../src/model/event.ts';
import { Fault, type StoredFault } from '../../src/model/fault.ts';
import type { ApprovalNews } from '../attempt.ts';
import type { EffectInput, EffectOutput } from '../contract.ts';
import { declared } from '../declare.ts';
import { childAtHand, firstPending, foldedBy, isChain, type MergeContext, mayQueue } from './context.ts';
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
    isOpen: ({ context }, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) =>
      mayQueue(context, conflictId, resolution),
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
      enqueue.assign({ tree: found.treeOid, before: context.tree });
      for (const { planId: childPlanId } of children.slice(at, at + found.folded)) {
        enqueue.emit({
          type: 'merge.folded',
          planId: spec.planId,
          childPlanId,
          treeOid: found.treeOid,
          engines: found.engines,
          ...(found.adjacent === undefined ? {} : { adjacent: found.adjacent }),
        });
      }
    }),
    nextChild: assign(({ context }, { folded }: { folded: number }) => ({
      at: Math.min(context.at + folded, context.children.length),
    })),
    keepConflicts: enqueueActions(({ context, enqueue }, { conflicts }: { conflicts: Conflict[] }) => {
      const { planId } = context.spec;
      for (const conflict of conflicts) enqueue.emit({ type: 'conflict.found', planId, conflict });
      const resolution = resolutionByPolicy(context);
      const queue = resolution ? conflicts.map(({ conflictId }) => ({ conflictId, resolution })) : [];
      enqueue.assign({ conflicts, queue });
    }),
    queueResolution: assign(
      ({ context }, { conflictId, resolution }: { conflictId: string; resolution: Resolution }) => ({
        queue: [...context.queue, { conflictId, resolution }],
      }),
    ),
    keepSettled: enqueueActions(({ context, enqueue }, { found }: { found: EffectOutput<'settle'> }) => {
      const { conflict, resolution } = firstPending(context);
      const { planId } = context.spec;
      const narrowed = withPicked(conflict, resolution);
      const settled = settles(conflict, resolution);
      for (const decision of found.decisions) enqueue.emit({ type: 'decision.recorded', planId, decision });
      if (settled) enqueue.emit({ type: 'conflict.resolved', planId, conflictId: conflict.conflictId, resolution });
      enqueue.assign({
        tree: found.treeOid,
        toolCalls: context.toolCalls + found.toolCalls,
        conflicts: context.conflicts.flatMap(other => (other !== conflict ? [other] : settled ? [] : [narrowed])),
        queue: context.queue.slice(1),
      });
    }),
    reopen: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      const { conflict } = firstPending(context);
      const { conflictId } = conflict;
      const fault = Fault.store(error);
      enqueue.assign({ queue: context.queue.filter(each => each.conflictId !== conflictId), setback: fault });
      if (!context.reported) return;
      const report: MergeReport = { type: 'merge.reopened', conflict, fault };
      enqueue.sendParent(report);
    }),
    reportConflicted: enqueueActions(({ context, enqueue }) => {
      const { reports, tree, conflicts, setback } = context;
      if (!reports) return;
      const report: MergeReport = {
        type: 'merge.conflicted',
        tree,
        conflicts,
        folded: foldedBy(context),
        fault: setback,
      };
      enqueue.sendParent(report);
      enqueue.assign({ reported: true, setback: null });
    }),
    reportResumed: enqueueActions(({ context: { reported }, enqueue }) => {
      if (!reported) return;
      const report: MergeReport = { type: 'merge.resumed' };
      enqueue.sendParent(report);
      enqueue.assign({ reported: false });
    }),
    passOn: sendParent((_, news: ApprovalNews) => news),
    keepFault: assign((_, { error }: { error: unknown }) => ({ fault: Fault.store(error) })),
    keepConflictFault: assign(({ context }, { found }: { found: Folded }) => ({
      fault: conflictFault(context, found.conflicts),
    })),
  },
});

/** What a conflict is settled with before anybody is asked; null leaves it to a person. */
function resolutionByPolicy({ strategy, policy }: MergeContext): Resolution | null {
  if (strategy === 'lastWins' || policy === 'preferTheirs') return { take: 'theirs' };
  if (policy === 'preferOurs') return { take: 'ours' };
  return policy === 'actor' ? { take: 'actor', actor: null } : null;
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
