/**
 * What the inspector's server tells its pages, one item after the other. Plain data: the same words travel over the socket,
 * are kept in the store, and lie in an exported report. Pages compile without Node, so nothing of Node is imported here.
 */

/** Where an actor stands. `value` is null for logic that is not a machine. */
export interface ActorState {
  value: StateValue | null;
  status: string;
  context: Record<string, unknown>;
  output?: unknown;
  error?: unknown;
}

export type StateValue = string | { [key: string]: StateValue | undefined };

/** What became different: of the context the keys that were set and those that are gone. */
export interface StateDelta {
  value?: StateValue;
  status?: string;
  set?: Record<string, unknown>;
  unset?: string[];
  output?: unknown;
  error?: unknown;
}

export interface Point {
  x: number;
  y: number;
}

/** A state as it is drawn; its place is that of the whole picture. */
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
  /** Empty where it needs no event. */
  event: string;
  /** None when it stays where it is. */
  targets: string[];
  guard: string | null;
  actions: string[];
}

/** The line of all transitions that lead from one state to another. */
export interface DrawnEdge {
  from: string;
  to: string;
  path: Point[];
  /** One line for each transition. */
  labels: string[];
  /** Left upper corner of the words; null where there is no room for them. */
  label: Point | null;
}

/** A chart with a place for everything in it. */
export interface ChartLayout {
  id: string;
  version: string | null;
  width: number;
  height: number;
  states: DrawnState[];
  transitions: DrawnTransition[];
  edges: DrawnEdge[];
}

export interface ActorStarted {
  type: 'started';
  uid: string;
  parent: string | null;
  id: string;
  src: string | null;
  systemId: string | null;
  chart: number | null;
  state: ActorState;
}

export interface MessageReceived {
  type: 'received';
  uid: string;
  from: string | null;
  event: { type: string; [key: string]: unknown };
  at: number;
}

export interface ActorTransitioned {
  type: 'transitioned';
  uid: string;
  delta: StateDelta;
  at: number;
}

/** What a plan needs of a person, most pressing first. */
export const needKinds = [
  'consent',
  'conflict',
  'refused',
  'failed',
  'constrained',
  'approval',
  'done',
  'paused',
] as const;

/** A plan as the page lists it; told whole whenever something of it changed. */
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
  /** When it came there. */
  since: string;
  createdAt: string;
  /** What it said last of what it is doing; empty when it said nothing. */
  note: string;
  waiting: { until: string; category: string; message: string } | null;
  /** null when it goes on without a person, is over, or is its parent's to decide about. */
  need: (typeof needKinds)[number] | null;
  /** Calls it waits to be allowed to make: each in words, and the folder it would work in. */
  approvals: { approvalId: string; words: string; folder: string }[];
  /** Commands that lead on from where it rests, and what its record says there. */
  availableCommands: string[];
  error: { message: string; hints: string[] } | null;
  conflicts: number;
  files: number;
  checks: { passed: number; total: number };
}

/** An event of a plan's journal, cut where it is long. */
export interface PlanJournalEvent {
  type: 'plan-event';
  seq: string;
  at: number;
  planId: string;
  name: string;
  event: Record<string, unknown>;
}

export type InspectorEvent =
  | { type: 'chart'; chart: number; picture: ChartLayout }
  | ActorStarted
  | MessageReceived
  | ActorTransitioned
  | { type: 'stopped'; uid: string; why: 'ended' | 'passivated' }
  | PlanOverview
  | PlanJournalEvent
  /** What was told of the actors whose uids begin so, or of everything, holds no longer: a new telling begins. */
  | { type: 'forget'; what: 'actors'; prefix: string }
  | { type: 'forget'; what: 'all' };
