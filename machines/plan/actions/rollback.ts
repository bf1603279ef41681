/** Actions for rollbacks to a checkpoint. */
import type { RollbackRequest } from '../../../src/model/checkpoint.ts';
import type { DecisionDraft } from '../../../src/model/decision.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import type { EffectOutput } from '../../effects.ts';
import { emptyAttempt, requireRollback } from '../context.ts';
import { assign, enqueueActions } from '../typed-actions.ts';
import { checkpointCreated } from './events.ts';

export const rollbackActions = {
  setRollback: assign((_, { order, decision }: { order: RollbackRequest; decision: DecisionDraft }) => ({
    rollback: { order, decision, done: null },
  })),
  setRestored: assign(({ context }, { found }: { found: EffectOutput<'rollback'> }) => ({
    rollback: { ...requireRollback(context), done: found },
  })),
  clearRollback: assign({ rollback: null }),
  /** The files are restored. Restores the machine's state too; later events are no longer in effect. */
  restoreCheckpointState: enqueueActions(({ context, enqueue }) => {
    const { order, decision, done } = requireRollback(context);
    if (done === null) return;
    const { planId } = context.spec;
    const { rollbackId, checkpointId, sequence, childPlanIds, snapshot, treeOid, includesMerged } = order;
    enqueue.emit(checkpointCreated(context, done.present));
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
      ...emptyAttempt,
      ...snapshot,
      sandbox: context.sandbox,
      lastCheckpointId: checkpointId,
      lastTree: treeOid,
      resumeFrom: {
        tree: treeOid,
        sequence,
        mergedUpTo: includesMerged ? sequence : null,
        isAgentWorkDone: false,
        inherits: context.resumeFrom?.inherits ?? false,
      },
      reusablePlanIds: [],
      strategyReady: true,
      guidanceDelivered: 0,
      rollback: null,
      pausedFrom: null,
      approved: false,
      autoExecute: false,
      error: null,
      errorMessage: null,
    });
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
