/** Actions for a plan that is paused, cancelled, reverted or expired. */
import type { DecisionDraft } from '../../../src/model/decision.ts';
import type { SerializedError } from '../../../src/model/errors.ts';
import { emptyAttempt, initialResumePoint, stopReasonText } from '../context.ts';
import { assign, enqueueActions, stopChild } from '../typed-actions.ts';

export const stopActions = {
  /** A rollback or correction of a paused plan keeps the position before the pause. */
  savePosition: assign(({ context: { pausedFrom, position } }) => ({ pausedFrom: pausedFrom ?? position })),
  clearSavedPosition: assign({ pausedFrom: null }),
  /** Whatever held the plan's work no longer does. */
  endHold: assign({ pausedFrom: null, rollback: null, correction: null }),
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
};
