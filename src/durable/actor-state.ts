/** The state of an actor as observers see it. Types only: the inspector's pages, which compile without Node, use them. */
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
