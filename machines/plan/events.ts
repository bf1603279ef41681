/** All events of a plan besides commands: from its children, its effects, its parent. */
import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import type { SerializedError } from '../../src/model/errors.ts';
import type { PlanCommand } from '../effects.ts';
import type { MergeOutput, MergeReportEvent } from '../merge/events.ts';
import type { PartialApplyOutput } from '../partial-apply.machine.ts';
import type { AgentQueueEvent, ApprovalRequestedEvent, RetryEvent } from '../retry.machine.ts';
import type { SubplansActivityEvent } from '../subplans/activity-events.ts';
import type { SubplansOutput } from '../subplans/events.ts';

export type PlanInternalEvent =
  /** From the supervisor: the attempt's time limit is reached, or its result is no longer needed. */
  | { type: 'expire'; error: SerializedError }
  /** From the execution effect: a step is complete and will not run again. */
  | { type: 'step.completed'; step: number }
  | ApprovalRequestedEvent
  /** The time limit of an approval is reached. */
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

/** All events the plan machine accepts. */
export type PlanMachineEvent = PlanCommand | PlanInternalEvent;
