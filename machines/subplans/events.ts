/** What the actors of a group of subplans say to each other: coordinator, shards, members. */
import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import type { SerializedError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { SubplanConfig, SubplanState, SubplanStatus } from '../../src/model/subplan.ts';
import type { PlanOutput, SubplanSpec, SubplanTree } from '../effects.ts';
import type { ChildActivityEvent, SlotEvent } from '../plan/events.ts';

export interface SubplansInput {
  /** The plan whose children these are. */
  parent: PlanSpec;
  members: SubplanSpec[];
  config: SubplanConfig;
  /** The tree children start from. */
  baseTree: string;
}

export type SubplansCommand =
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'cancel'; reason: string }
  /** The work of some is in the tree from which those start that are yet to start. */
  | BaseChange;

export interface BaseChange {
  type: 'rebase';
  baseTree: string;
  /** Plan ids. */
  landed: string[];
}

/** `children` are those that completed, in recorded order; `statuses` are all, in recorded order. */
export type SubplansOutput =
  | { outcome: 'complete'; children: SubplanTree[]; statuses: SubplanStatus[] }
  | { outcome: 'failed'; error: SerializedError; children: SubplanTree[]; statuses: SubplanStatus[] }
  | { outcome: 'cancelled'; reason: string; children: SubplanTree[]; statuses: SubplanStatus[] };

/** How a member ended, as its dependents hear of it. */
export interface SubplanResult {
  planId: string;
  goal: string;
  state: Extract<SubplanState, 'complete' | 'failed' | 'cancelled'>;
  /** It failed because there is nothing left to spend, for any of them. */
  isBudgetExhausted: boolean;
  /** The member's result and those it was built on, in the order they were folded; empty unless it completed. */
  resultTrees: SubplanTree[];
}

export type ShardEvent =
  /** A member ended; `held`: and gives its slot back. */
  | { type: 'child.finished'; result: SubplanResult; held: boolean }
  /** For a member that is ready to start, or for one that gave its slot back and could go on. */
  | { type: 'slot.requested'; shard: number; planId: string | null }
  /** A member waits, or wants no slot any more. */
  | { type: 'slot.released'; shard: number; planId: string }
  /** A slot was granted and nobody is ready any more. */
  | { type: 'slot.declined' };

export type SubplansMachineEvent =
  | { type: 'xstate.init'; input: SubplansInput }
  | SubplansCommand
  /** The plan above has a slot again. */
  | { type: 'slot.granted' }
  | ShardEvent
  | DoneActorEvent<ShardOutput, string>
  | ErrorActorEvent<unknown, string>;

/** A member as its shard sees it. */
export interface ScheduledChild extends Omit<SubplanSpec, 'dependsOn'> {
  /** Plans that must complete before it starts. */
  needs: string[];
  /** Those of them whose results are folded into what it starts from. */
  buildsOn: string[];
}

export interface ShardInput {
  shard: number;
  parentId: string;
  children: ScheduledChild[];
  config: SubplanConfig;
  baseTree: string;
}

export interface ShardOutput {
  shard: number;
  children: SubplanTree[];
  statuses: SubplanStatus[];
}

export type ShardMachineEvent =
  | { type: 'xstate.init'; input: ShardInput }
  | SubplansCommand
  /** To the next member that is ready, or to one that goes on. */
  | { type: 'slot.granted'; planId: string | null }
  /** What a member's plan says of its slot. */
  | SlotEvent
  /** A plan of another shard ended, on which members of this one wait. */
  | { type: 'dependency.finished'; result: SubplanResult }
  /** Every member of the group has ended. */
  | { type: 'close' }
  | DoneActorEvent<ChildOutput, string>
  | ErrorActorEvent<unknown, string>;

export interface ChildInput {
  parentId: string;
  spec: PlanSpec;
  decisionId: string;
  goal: string;
  /** What it made before; it is complete with that, and does not run. */
  reusedTree: SubplanTree | null;
  limits: Pick<SubplanConfig, 'timeoutSeconds' | 'retryFailed' | 'maxRetries' | 'retryDelayMs'>;
}

export interface ChildOutput {
  status: SubplanStatus;
  child: SubplanTree | null;
  /** Whether it had a slot to the end. */
  hasSlot: boolean;
}

export type ChildMachineEvent =
  | { type: 'start'; baseTree: string; startsWith: SubplanTree[] }
  | Exclude<SubplansCommand, BaseChange>
  | ChildActivityEvent
  | SlotEvent
  | { type: 'slot.granted' }
  /** Its time limit is used up. */
  | { type: 'timeout' }
  | DoneActorEvent<PlanOutput, string>
  | ErrorActorEvent<unknown, string>;
