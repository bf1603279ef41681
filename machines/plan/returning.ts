/** What the plan chart keeps and says when it is taken back to a checkpoint. */
import { assign, enqueueActions } from 'xstate';
import type { RollbackOrder } from '../../src/model/checkpoint.ts';
import type { DecisionDraft } from '../../src/model/decision.ts';
import { Fault } from '../../src/model/fault.ts';
import type { EffectOutput } from '../contract.ts';
import { rollbackOf, untouched } from './context.ts';
import { planTelling, recordedCheckpoint } from './telling.ts';

export const planReturning = planTelling.extend({
  actions: {
    keepOrder: assign((_, { order, decision }: { order: RollbackOrder; decision: DecisionDraft }) => ({
      rollback: { order, decision, done: null },
    })),
    keepReturned: assign(({ context }, { found }: { found: EffectOutput<'rollback'> }) => ({
      rollback: { ...rollbackOf(context), done: found },
    })),
    dropOrder: assign({ rollback: null }),
    /** The files are back. So is what the machine knew then; what was recorded since holds no longer. */
    takeBack: enqueueActions(({ context, enqueue }) => {
      const { order, decision, done } = rollbackOf(context);
      if (done === null) return;
      const { planId } = context.spec;
      const { rollbackId, checkpointId, sequence, childPlanIds, snapshot, treeOid, holdsMerged } = order;
      enqueue.emit(recordedCheckpoint(context, done.present));
      enqueue.emit({
        type: 'plan.rolled_back',
        planId,
        rollbackId,
        checkpointId,
        sequence,
        decisionId: decision.decisionId,
        changes: done.changes,
        childPlanIds,
      });
      enqueue.emit({ type: 'decision.recorded', planId, decision });
      enqueue.assign({
        ...untouched,
        ...snapshot,
        sandbox: context.sandbox,
        lastCheckpointId: checkpointId,
        lastTree: treeOid,
        resumeFrom: {
          tree: treeOid,
          sequence,
          mergedUpTo: holdsMerged ? sequence : null,
          isWorked: false,
          inherits: context.resumeFrom?.inherits ?? false,
        },
        kept: [],
        strategized: true,
        guidanceGiven: 0,
        rollback: null,
        pausedFrom: null,
        approved: false,
        hurried: false,
        error: null,
        errorMessage: null,
      });
    }),
    tellUnreturned: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      const { rollbackId, checkpointId } = rollbackOf(context).order;
      const fault = Fault.store(error);
      enqueue.emit({ type: 'plan.rollback_failed', planId: context.spec.planId, rollbackId, checkpointId, fault });
    }),
  },
});
