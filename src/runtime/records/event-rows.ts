import type { RecordedSession } from '../../model/agent-session.ts';
import type { Correction } from '../../model/correction.ts';
import type { PlanEventPayload } from '../../model/event.ts';
import { nameKey } from '../../model/name-key.ts';
import type { PlanSpec } from '../../model/plan.ts';
import { type Rollback, sequenceOf } from '../../model/rollback-history.ts';
import type { Operation } from '../../ports/store.ts';
import { keys } from './keys.ts';
import { finishedRows, indexRows } from './plan-index.ts';
import { putRecord, recordFromSpec } from './plan-record.ts';
import type { SubplanStatusRow } from './subplan-status-rows.ts';

/** An event with the position and time of its commit. */
export type StampedEvent = PlanEventPayload & { seq: string; at: string };

/**
 * Returns the rows that one event adds to its batch. Every event is journaled; some also write other rows. `src` is
 * the logic of the actor that emitted it.
 */
export function toEventRows(event: StampedEvent, src: string | null): Operation[] {
  const journal: Operation = { type: 'put', key: keys.event(event.planId, event.seq), value: event };
  return [journal, ...extraRows(event, src)];
}

function extraRows(event: StampedEvent, src: string | null): Operation[] {
  const { planId } = event;
  switch (event.type) {
    case 'plan.created':
      return [putRecord(recordFromSpec(event.spec, event.at)), ...rowsOfNewPlan(event.spec)];
    case 'plan.applied':
      return finishedRows(planId);
    case 'plan.cancelled':
      return src === 'plan'
        ? finishedRows(planId)
        : [{ type: 'put', key: keys.cancelReason(planId), value: event.reason }];
    case 'decision.recorded': {
      const value = { ...event.decision, sequence: sequenceOf(event), createdAt: event.at };
      return [{ type: 'put', key: keys.decision(planId, event.seq), value }];
    }
    case 'checkpoint.created': {
      const value = { ...event.checkpoint, decisionSequence: sequenceOf(event), createdAt: event.at };
      return [{ type: 'put', key: keys.checkpoint(planId, event.checkpoint.checkpointId), value }];
    }
    case 'checkpoint.deleted':
      return [{ type: 'del', key: keys.checkpoint(planId, event.checkpointId) }];
    case 'plan.rolled_back': {
      const value: Rollback = { at: sequenceOf(event), to: event.sequence, decisionId: event.decisionId };
      return [
        { type: 'put', key: keys.rollback(planId, event.seq), value },
        ...cancelReasonRows(event.childPlanIds, 'the plan was rolled back to before it was created'),
      ];
    }
    case 'plan.corrected': {
      const value: Correction = { ...event.correction, sequence: sequenceOf(event), createdAt: event.at };
      return [
        { type: 'put', key: keys.correction(planId, event.seq), value },
        ...cancelReasonRows(value.childPlanIds, 'a decision of its parent was corrected'),
      ];
    }
    case 'plan.phase_changed':
      // Whenever a plan returns to a queue, its next group is a new one.
      return event.to.state === 'queued'
        ? [{ type: 'put', key: keys.groupStart(planId), value: sequenceOf(event) }]
        : [];
    case 'subplan.changed': {
      const value: SubplanStatusRow = { at: sequenceOf(event), status: event.status };
      return [{ type: 'put', key: keys.subplanStatus(planId, event.status.planId), value }];
    }
    case 'approval.requested':
    case 'approval.answered': {
      const { rootPlanId, approvalId } = event.approval;
      return [{ type: 'put', key: keys.approval(rootPlanId, approvalId), value: event.approval }];
    }
    case 'session.recorded': {
      const value: RecordedSession = { ...event.session, sequence: sequenceOf(event), recordedAt: event.at };
      return [{ type: 'put', key: keys.session(planId, value.sessionId), value }];
    }
    case 'checkout.changed':
      return [{ type: 'put', key: keys.checkoutChange(event.change.rootPlanId, event.seq), value: event.change }];
    case 'conflict.found':
      return [
        { type: 'put', key: keys.conflict(planId, event.conflict.conflictId), value: event.conflict },
        { type: 'del', key: keys.resolution(planId, event.conflict.conflictId) },
      ];
    case 'conflict.hunk_resolved':
    case 'conflict.reopened':
      return [{ type: 'put', key: keys.conflict(planId, event.conflict.conflictId), value: event.conflict }];
    case 'conflict.resolved':
      return [{ type: 'put', key: keys.resolution(planId, event.conflictId), value: event.resolution }];
    default:
      return [];
  }
}

/** Returns the rows of a new plan besides its record. */
export const rowsOfNewPlan = (spec: PlanSpec): Operation[] => [...indexRows(spec), ...actionUseRow(spec)];

/** A single-use action is used up by a plan; a fork or a subplan does not count. */
function actionUseRow({ planId, depth, forkedFrom, reusable, actionName }: PlanSpec): Operation[] {
  if (reusable || depth > 0 || forkedFrom !== null) return [];
  return [{ type: 'put', key: keys.planOfAction(nameKey(actionName)), value: planId }];
}

/** Children that are cancelled with a rollback or correction and have no actor to report it. */
function cancelReasonRows(planIds: readonly string[], reason: string): Operation[] {
  return planIds.map(id => ({ type: 'put', key: keys.cancelReason(id), value: reason }));
}
