/** Events between the actors of a group of subplans: coordinator, shards, children. */
import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import type { SerializedError } from '../../src/model/errors.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { GroupConfig, SubplanState, SubplanStatus } from '../../src/model/subplan.ts';
import type { PlanOutput, SubplanSpec, SubplanTree } from '../effects.ts';
import type { ChildActivityEvent, SlotEvent } from './activity-events.ts';

/** Input of {@link subplansMachine}. */
export interface SubplansInput {
  /** The parent plan. */
  parent: PlanSpec;
  members: SubplanSpec[];
  config: GroupConfig;
  /** The tree that children start from. */
  baseTree: string;
}

export type SubplansCommand =
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'cancel'; reason: string }
  /** The work of some children was applied: children that have not started start from the new tree. */
  | BaseChange;

export interface BaseChange {
  type: 'rebase';
  baseTree: string;
  /** Plan ids. */
  appliedPlanIds: string[];
}

/** `children` are the completed ones, `statuses` are all, both in recorded order. */
export type SubplansOutput =
  | { outcome: 'complete'; children: SubplanTree[]; statuses: SubplanStatus[] }
  | { outcome: 'failed'; error: SerializedError; children: SubplanTree[]; statuses: SubplanStatus[] }
  | { outcome: 'cancelled'; reason: string; children: SubplanTree[]; statuses: SubplanStatus[] };

/** The result of a child, as its dependents receive it. */
export interface SubplanResult {
  planId: string;
  goal: string;
  state: Extract<SubplanState, 'complete' | 'failed' | 'cancelled'>;
  /** It failed because the budget shared by all children is exhausted. */
  isBudgetExhausted: boolean;
  /** The child's result and those it was built on, in merge order; empty unless it completed. */
  resultTrees: SubplanTree[];
}

export type ShardEvent =
  /** A child ended; `held`: it releases its slot. */
  | { type: 'child.finished'; result: SubplanResult; held: boolean }
  /** For a child that is ready to start, or one that released its slot and is ready to continue. */
  | { type: 'slot.requested'; shard: number; planId: string | null }
  /** A child waits, or no longer requests a slot. */
  | { type: 'slot.released'; shard: number; planId: string }
  /** A slot was granted, but no child is ready any more. */
  | { type: 'slot.declined' };

export type SubplansMachineEvent =
  | { type: 'xstate.init'; input: SubplansInput }
  | SubplansCommand
  /** The plan has a slot again. */
  | { type: 'slot.granted' }
  | ShardEvent
  | DoneActorEvent<ShardOutput, string>
  | ErrorActorEvent<unknown, string>;

/** A child as its shard schedules it. */
export interface ScheduledChild extends Omit<SubplanSpec, 'dependsOn'> {
  /** Plans that must complete before it starts. */
  needs: string[];
  /** Those of them whose results are merged into its base. */
  buildsOn: string[];
}

export interface ShardInput {
  shard: number;
  parentId: string;
  children: ScheduledChild[];
  config: GroupConfig;
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
  /** For the next child that is ready to start, or for one that continues. */
  | { type: 'slot.granted'; planId: string | null }
  /** From a child's plan, about its slot. */
  | SlotEvent
  /** A plan of another shard, on which children of this shard depend, ended. */
  | { type: 'dependency.finished'; result: SubplanResult }
  /** Every child of the group has ended. */
  | { type: 'close' }
  | DoneActorEvent<ChildOutput, string>
  | ErrorActorEvent<unknown, string>;

export interface ChildInput {
  parentId: string;
  spec: PlanSpec;
  decisionId: string;
  goal: string;
  /** Its earlier result: it completes with that and does not run. */
  reusedTree: SubplanTree | null;
  limits: Pick<GroupConfig, 'timeoutSeconds' | 'retryFailed' | 'maxRetries' | 'retryDelayMs'>;
}

export interface ChildOutput {
  status: SubplanStatus;
  child: SubplanTree | null;
  /** Whether it held a slot until the end. */
  hasSlot: boolean;
}

export type ChildMachineEvent =
  | { type: 'start'; baseTree: string; startsWith: SubplanTree[] }
  | Exclude<SubplansCommand, BaseChange>
  | ChildActivityEvent
  | SlotEvent
  | { type: 'slot.granted' }
  /** Its time limit is reached. */
  | { type: 'timeout' }
  | DoneActorEvent<PlanOutput, string>
  | ErrorActorEvent<unknown, string>;
