/**
 * Events that the inspector's server sends to its pages. Plain data: the same events are sent over the socket, kept
 * in the store, and embedded in an exported report. Pages compile without Node, so this file imports nothing of Node.
 */
import type { StateValue } from 'xstate';
import type { ActorStarted, ActorStopped, ActorTransitioned, MessageReceived } from '../../durable/actor-state.ts';

export type { ActorState, StateDelta } from '../../durable/actor-state.ts';
export type { ActorStarted, ActorTransitioned, MessageReceived, StateValue };

export interface Point {
  x: number;
  y: number;
}

/** A drawn state; its position is relative to the whole drawing. */
export interface DrawnState {
  id: string;
  key: string;
  parent: string | null;
  type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  initial: string[];
  tags: string[];
  entry: string[];
  exit: string[];
  invokes: string[];
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DrawnTransition {
  from: string;
  /** Empty for an eventless transition. */
  event: string;
  /** Empty when the state does not change. */
  targets: string[];
  guard: string | null;
  actions: string[];
}

/** The line for all transitions from one state to another. */
export interface DrawnEdge {
  from: string;
  to: string;
  path: Point[];
  /** One label for each transition. */
  labels: string[];
  /** Upper left corner of the labels; null when there is no room for them. */
  label: Point | null;
}

/** A chart with positions. */
export interface ChartLayout {
  id: string;
  version: string | null;
  width: number;
  height: number;
  states: DrawnState[];
  transitions: DrawnTransition[];
  edges: DrawnEdge[];
}

/** Reasons why a plan needs a person, most urgent first. */
export const needKinds = [
  'tool-approval',
  'conflict',
  'refused',
  'failed',
  'constrained',
  'approval',
  'done',
  'paused',
] as const;

/** A plan as the page lists it; sent completely after every change. */
export interface PlanOverview {
  type: 'plan';
  planId: string;
  parentPlanId: string | null;
  rootPlanId: string;
  depth: number;
  goal: string;
  action: string;
  profile: string;
  phase: string;
  state: string;
  /** When it entered its state. */
  since: string;
  createdAt: string;
  /** Its latest progress note; empty without one. */
  note: string;
  waiting: { until: string; category: string; message: string } | null;
  /** null when it continues by itself, is final, or its parent decides. */
  need: (typeof needKinds)[number] | null;
  /** Pending approvals: the call as text, and its folder; or the question of its agent. */
  approvals: {
    approvalId: string;
    words: string;
    folder: string;
    question: { text: string; choices: string[] } | null;
  }[];
  /** Available commands of a waiting plan, and details from its record. */
  availableCommands: string[];
  error: PlanError | null;
  conflicts: number;
  files: number;
  checks: { passed: number; total: number };
}

export interface PlanError {
  message: string;
  hints: string[];
  /** The last log lines of the subplans that failed; empty when none did. */
  lastOutput: { goal: string; lines: string[] }[];
}

/** An event of a plan's journal, truncated when long. */
export interface PlanJournalEvent {
  type: 'plan-event';
  seq: string;
  at: number;
  planId: string;
  name: string;
  event: Record<string, unknown>;
}

/** The state an actor is in, at a checkpoint or now, and the actors below it. */
export interface ActorPosition {
  id: string;
  /** Name under which its parent knows its logic. */
  src: string | null;
  /** Null for an effect. */
  value: StateValue | null;
  status: string;
  /** Its chart: the id of a machine, or the number of a chart in the store; null for an effect. */
  chart: string | number | null;
  children: ActorPosition[];
}

/** The answer to a query for the state at a checkpoint. */
export interface CheckpointPosition {
  checkpointId: string;
  actor: ActorPosition;
}

export type InspectorEvent =
  | { type: 'chart'; chart: number; picture: ChartLayout }
  | ActorStarted
  | MessageReceived
  | ActorTransitioned
  | ActorStopped
  | PlanOverview
  | PlanJournalEvent
  /** Discard the actors whose uids start with the prefix, or everything: a new snapshot follows. */
  | { type: 'forget'; what: 'actors'; prefix: string }
  | { type: 'forget'; what: 'all' };

/** A worker, as the page lists it. */
export interface WorkerLine {
  id: string;
  text: string;
}
