import type { Correction } from '../model/correction.ts';
import type { PlanFact } from '../model/event.ts';
import { nameKey } from '../model/name.ts';
import type { PlanSpec } from '../model/plan.ts';
import { positionOf, type Rollback } from '../model/rollbacks.ts';
import type { Operation } from '../ports/store.ts';
import type { MemberRow } from './group.ts';
import { keys } from './keys.ts';
import { recordOfSpec, recordRow } from './record.ts';

/** A fact with the place and time its commit gave it. */
export type Stamped = PlanFact & { seq: string; at: string };

/**
 * The rows one fact adds to the batch of its turn. Every fact is journaled; some are also rows of their own.
 * `src` is the logic of the actor that said it.
 */
export function rowsOf(fact: Stamped, src: string | null): Operation[] {
  const journal: Operation = { type: 'put', key: keys.fact(fact.planId, fact.seq), value: fact };
  return [journal, ...ownRows(fact, src)];
}

function ownRows(fact: Stamped, src: string | null): Operation[] {
  const { planId } = fact;
  switch (fact.type) {
    case 'plan.created':
      return [recordRow(recordOfSpec(fact.spec, fact.at)), ...usedRow(fact.spec)];
    case 'plan.cancelled':
      return src === 'plan' ? [] : [{ type: 'put', key: keys.withdrawn(planId), value: fact.reason }];
    case 'decision.recorded': {
      const value = { ...fact.decision, sequence: positionOf(fact), createdAt: fact.at };
      return [{ type: 'put', key: keys.decision(planId, fact.seq), value }];
    }
    case 'checkpoint.created': {
      const { checkpoint, snapshot = null } = fact;
      const value = { ...checkpoint, snapshot, decisionSequence: positionOf(fact), createdAt: fact.at };
      return [{ type: 'put', key: keys.checkpoint(planId, fact.checkpoint.checkpointId), value }];
    }
    case 'checkpoint.deleted':
      return [{ type: 'del', key: keys.checkpoint(planId, fact.checkpointId) }];
    case 'plan.rolled_back': {
      const value: Rollback = { at: positionOf(fact), to: fact.sequence, decisionId: fact.decisionId };
      return [
        { type: 'put', key: keys.rollback(planId, fact.seq), value },
        ...withdrawals(fact.childPlanIds, 'the plan was taken back to before it was made'),
      ];
    }
    case 'plan.corrected': {
      const value: Correction = { ...fact.correction, sequence: positionOf(fact), createdAt: fact.at };
      return [
        { type: 'put', key: keys.correction(planId, fact.seq), value },
        ...withdrawals(value.childPlanIds, 'a decision of its parent was corrected'),
      ];
    }
    case 'plan.phase_changed':
      // Whatever brings a plan back to a queue, its next group is another one.
      return fact.to.state === 'queued' ? [{ type: 'put', key: keys.group(planId), value: positionOf(fact) }] : [];
    case 'subplan.changed': {
      const value: MemberRow = { at: positionOf(fact), status: fact.status };
      return [{ type: 'put', key: keys.member(planId, fact.status.planId), value }];
    }
    case 'approval.asked':
    case 'approval.answered': {
      const { rootPlanId, approvalId } = fact.approval;
      return [{ type: 'put', key: keys.approval(rootPlanId, approvalId), value: fact.approval }];
    }
    case 'checkout.changed':
      return [{ type: 'put', key: keys.checkoutChange(fact.change.rootPlanId, fact.seq), value: fact.change }];
    case 'conflict.found':
      return [
        { type: 'put', key: keys.conflict(planId, fact.conflict.conflictId), value: fact.conflict },
        { type: 'del', key: keys.resolution(planId, fact.conflict.conflictId) },
      ];
    case 'conflict.narrowed':
    case 'conflict.reopened':
      return [{ type: 'put', key: keys.conflict(planId, fact.conflict.conflictId), value: fact.conflict }];
    case 'conflict.resolved':
      return [{ type: 'put', key: keys.resolution(planId, fact.conflictId), value: fact.resolution }];
    default:
      return [];
  }
}

/** An action that may be used for one plan is used; a fork, or a subplan, is no use of it. */
function usedRow({ planId, depth, forkedFrom, reusable, actionName }: PlanSpec): Operation[] {
  if (reusable || depth > 0 || forkedFrom !== null) return [];
  return [{ type: 'put', key: keys.usedBy(nameKey(actionName)), value: planId }];
}

/** Children that fall with what was taken back, though nobody lives who could say so. */
function withdrawals(planIds: readonly string[], reason: string): Operation[] {
  return planIds.map(id => ({ type: 'put', key: keys.withdrawn(id), value: reason }));
}
