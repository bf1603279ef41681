/** Everything a plan hears beside commands: from its children, its effects, its parent. */
import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import type { StoredFault } from '../../src/model/fault.ts';
import type { ApprovalNews, AttemptNews, TurnNews } from '../attempt.ts';
import type { PlanCommand } from '../contract.ts';
import type { LandingOutput } from '../landing.ts';
import type { MergeOutput, MergeReport } from '../merge/protocol.ts';
import type { SubplansOutput } from '../subplans/protocol.ts';

export type PlanNews =
  /** From the supervisor: the time of this attempt is over, or nobody wants it any more. */
  | { type: 'expire'; fault: StoredFault }
  /** From the execution effect: a step is done and will not be done again. */
  | { type: 'step.completed'; step: number }
  | ApprovalNews
  /** Nobody answered in time. */
  | { type: 'approval.expired'; approvalId: string }
  | AttemptNews
  | TurnNews
  | MergeReport
  | GroupReport
  | DoneActorEvent<MergeOutput, 'merge'>
  | ErrorActorEvent<unknown, 'merge'>
  | DoneActorEvent<LandingOutput, 'landing'>
  | ErrorActorEvent<unknown, 'landing'>
  | DoneActorEvent<SubplansOutput, 'subplans'>
  | ErrorActorEvent<unknown, 'subplans'>;

export type PlanSignal = PlanCommand | PlanNews;

/** What a child tells its supervisor: nothing of it is at work, which is not charged to it; or something is again. */
export type ChildReport = { type: 'child.waits' } | { type: 'child.goes' };

/** What a gated plan tells its parent. `returns`: its work is under way, and goes on before that of others begins. */
export type GateRequest =
  | { type: 'slot.wanted'; planId: string; returns: boolean }
  | { type: 'slot.freed'; planId: string };

/** Sent by a group to its plan: no subplan is at work, so the plan needs no slot; or a subplan could continue. */
export type GroupReport = { type: 'group.waits' } | { type: 'group.wants' };
