/** Actions for rollbacks to a checkpoint. */
import type { RollbackRequest } from '../../../src/model/checkpoint.ts';
import type { DecisionDraft } from '../../../src/model/decision.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import type { EffectOutput } from '../../effects.ts';
import { requireRollback } from '../context.ts';
import { restoreContext } from '../restored-context.ts';
import { assign, enqueueActions } from '../typed-actions.ts';

export const rollbackActions = {
  setRollback: assign((_, { order, decision }: { order: RollbackRequest; decision: DecisionDraft }) => ({
    rollback: { order, decision, done: null },
  })),
  setRestored: assign(({ context }, { found }: { found: EffectOutput<'rollback'> }) => ({
    rollback: { ...requireRollback(context), done: found },
  })),
  clearRollback: assign({ rollback: null }),
  /** The files are restored. Restores the context too; later events are no longer in effect. */
  restoreCheckpointState: enqueueActions(({ context, enqueue }) => {
    const { order, decision, done } = requireRollback(context);
    if (done === null) return;
    const { planId } = context.spec;
    const { rollbackId, checkpointId, sequence, childPlanIds } = order;
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
    enqueue.assign(restoreContext(context, done.context, order));
  }),
  emitRollbackFailed: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
    const { rollbackId, checkpointId } = requireRollback(context).order;
    const failure = TroupeError.serialize(error);
    enqueue.emit({
      type: 'plan.rollback_failed',
      planId: context.spec.planId,
      rollbackId,
      checkpointId,
      error: failure,
    });
  }),
};
