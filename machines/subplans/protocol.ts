/** What the actors of a group of subplans say to each other: coordinator, teams, members. */
import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import type { StoredFault } from '../../src/model/fault.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { SubplanConfig, SubplanState, SubplanStatus } from '../../src/model/subplan.ts';
import type { ChildTree, Member, PlanOutput } from '../contract.ts';
import type { ChildReport, GateRequest } from '../plan/protocol.ts';

export interface SubplansInput {
  /** The plan whose children these are. */
  parent: PlanSpec;
  members: Member[];
  config: SubplanConfig;
  /** The tree children start from. */
  baseTree: string;
}

export type SubplansCommand =
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'cancel'; reason: string }
  /** The work of some is in the tree from which those start that are yet to start. */
  | Rebase;

export interface Rebase {
  type: 'rebase';
  baseTree: string;
  /** Plan ids. */
  landed: string[];
}

/** `children` are those that completed, in recorded order; `statuses` are all, in recorded order. */
export type SubplansOutput =
  | { outcome: 'complete'; children: ChildTree[]; statuses: SubplanStatus[] }
  | { outcome: 'failed'; fault: StoredFault; children: ChildTree[]; statuses: SubplanStatus[] }
  | { outcome: 'cancelled'; reason: string; children: ChildTree[]; statuses: SubplanStatus[] };

/** How a member ended, as its dependents hear of it. */
export interface Ending {
  planId: string;
  goal: string;
  state: Extract<SubplanState, 'complete' | 'failed' | 'cancelled'>;
  /** It failed because there is nothing left to spend, for any of them. */
  isSpentUp: boolean;
  /** The member's result and those it was built on, in the order they were folded; empty unless it completed. */
  lineage: ChildTree[];
}

export type TeamReport =
  /** A member ended; `held`: and gives its slot back. */
  | { type: 'member.settled'; ending: Ending; held: boolean }
  /** For a member that is ready to start, or for one that gave its slot back and could go on. */
  | { type: 'slot.wanted'; team: number; planId: string | null }
  /** A member waits, or wants no slot any more. */
  | { type: 'slot.freed'; team: number; planId: string }
  /** A slot was granted and nobody is ready any more. */
  | { type: 'slot.declined' };

export type SubplansSignal =
  | { type: 'xstate.init'; input: SubplansInput }
  | SubplansCommand
  /** The plan above has a slot again. */
  | { type: 'slot.granted' }
  | TeamReport
  | DoneActorEvent<TeamOutput, string>
  | ErrorActorEvent<unknown, string>;

/** A member as its team sees it. */
export interface TeamMember extends Omit<Member, 'dependsOn'> {
  /** Plans that must complete before it starts. */
  needs: string[];
  /** Those of them whose results are folded into what it starts from. */
  buildsOn: string[];
}

export interface TeamInput {
  team: number;
  parentId: string;
  members: TeamMember[];
  config: SubplanConfig;
  baseTree: string;
}

export interface TeamOutput {
  team: number;
  children: ChildTree[];
  statuses: SubplanStatus[];
}

export type TeamSignal =
  | { type: 'xstate.init'; input: TeamInput }
  | SubplansCommand
  /** To the next member that is ready, or to one that goes on. */
  | { type: 'slot.granted'; planId: string | null }
  /** What a member's plan says of its slot. */
  | GateRequest
  /** A plan of another team ended, on which members of this one wait. */
  | { type: 'dependency.settled'; ending: Ending }
  /** Every member of the group has ended. */
  | { type: 'close' }
  | DoneActorEvent<MemberOutput, string>
  | ErrorActorEvent<unknown, string>;

export interface MemberInput {
  parentId: string;
  spec: PlanSpec;
  decisionId: string;
  goal: string;
  /** What it made before; it is complete with that, and does not run. */
  made: ChildTree | null;
  limits: Pick<SubplanConfig, 'timeoutSeconds' | 'retryFailed' | 'maxRetries' | 'retryDelayMs'>;
}

export interface MemberOutput {
  status: SubplanStatus;
  child: ChildTree | null;
  /** Whether it had a slot to the end. */
  hasSlot: boolean;
}

export type MemberSignal =
  | { type: 'start'; baseTree: string; startsWith: ChildTree[] }
  | Exclude<SubplansCommand, Rebase>
  | ChildReport
  | GateRequest
  | { type: 'slot.granted' }
  /** Its time limit is used up. */
  | { type: 'time.over' }
  | DoneActorEvent<PlanOutput, string>
  | ErrorActorEvent<unknown, string>;
