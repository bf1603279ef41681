/**
 * The life of an actor as observers see it: its state and what happens to it. Types only: the inspector's pages, which compile
 * without Node, use them.
 */
import type { StateValue } from 'xstate';

/** State of an actor. `value` is null for logic that is not a machine; its context is then its input. */
export interface ActorState {
  value: StateValue | null;
  status: string;
  context: Record<string, unknown>;
  output?: unknown;
  error?: unknown;
}

/** The changes between two states: context keys that were set and keys that were removed. */
export interface StateDelta {
  value?: StateValue;
  status?: string;
  set?: Record<string, unknown>;
  unset?: string[];
  output?: unknown;
  error?: unknown;
}

/** An actor started; reported before anything else about it. */
export interface ActorStarted<State = ActorState> {
  type: 'started';
  uid: string;
  /** Uid of the parent; null for the root. */
  parent: string | null;
  id: string;
  src: string | null;
  systemId: string | null;
  /** Number of its chart; null for logic that is not a machine. */
  chart: number | null;
  state: State;
}

/** An actor received an event. `at` is in milliseconds since the epoch. */
export interface MessageReceived {
  type: 'received';
  uid: string;
  /** null when the event came from outside the system. */
  from: string | null;
  event: { type: string; [key: string]: unknown };
  at: number;
}

/** An actor changed its state. `at` is in milliseconds since the epoch. */
export interface ActorTransitioned {
  type: 'transitioned';
  uid: string;
  delta: StateDelta;
  at: number;
}

/** An actor stopped. `restored`: an actor above it was restored; it may start again in the same commit. */
export interface ActorStopped {
  type: 'stopped';
  uid: string;
  why: 'ended' | 'passivated' | 'restored';
}
