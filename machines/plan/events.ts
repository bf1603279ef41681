/** Everything a plan hears beside commands: from its children, its effects, its parent. */
import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import type { SerializedError } from '../../src/model/errors.ts';
import type { PlanCommand } from '../effects.ts';
import type { MergeOutput, MergeReportEvent } from '../merge/events.ts';
import type { PartialApplyOutput } from '../partial-apply.machine.ts';
import type { AgentQueueEvent, ApprovalRequestedEvent, RetryEvent } from '../retry.machine.ts';
import type { SubplansOutput } from '../subplans/events.ts';

export type PlanInternalEvent =
  /** From the supervisor: the time of this attempt is over, or nobody wants it any more. */
  | { type: 'expire'; error: SerializedError }
  /** From the execution effect: a step is done and will not be done again. */
  | { type: 'step.completed'; step: number }
  | ApprovalRequestedEvent
  /** Nobody answered in time. */
  | { type: 'approval.expired'; approvalId: string }
  | RetryEvent
  | AgentQueueEvent
  | MergeReportEvent
  | SubplansActivityEvent
  | DoneActorEvent<MergeOutput, 'merge'>
  | ErrorActorEvent<unknown, 'merge'>
  | DoneActorEvent<PartialApplyOutput, 'partialApply'>
  | ErrorActorEvent<unknown, 'partialApply'>
  | DoneActorEvent<SubplansOutput, 'subplans'>
  | ErrorActorEvent<unknown, 'subplans'>;

export type PlanMachineEvent = PlanCommand | PlanInternalEvent;

/** What a child tells its supervisor: nothing of it is at work, which is not charged to it; or something is again. */
export type ChildActivityEvent = { type: 'child.idle' } | { type: 'child.busy' };

/** What a gated plan tells its parent. `returns`: its work is under way, and goes on before that of others begins. */
export type SlotEvent =
  | { type: 'slot.requested'; planId: string; resumes: boolean }
  | { type: 'slot.released'; planId: string };

/** Sent by a group to its plan: no subplan is at work, so the plan needs no slot; or a subplan could continue. */
export type SubplansActivityEvent = { type: 'subplans.idle' } | { type: 'subplans.ready' };
