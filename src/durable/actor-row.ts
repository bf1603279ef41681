/**
 * The stored rows of an actor. A row holds the actor's own state only, never its children's, so a transition costs
 * the same among ten actors and among ten thousand. Identity is written once, with the first state; later rows hold
 * the state alone. Fields that restoring can fill in (status active, no children, no history) are omitted.
 */

import { type AnyActorLogic, type AnyEventObject, isMachineSnapshot, type Snapshot, type StateValue } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import { type LiveActor, machineIdOf, type PersistedMachine, versionOf } from './xstate-internals.ts';

export interface PersistedMachineState {
  value: StateValue;
  context?: Record<string, unknown>;
  history?: unknown;
  status?: 'done' | 'error' | 'stopped';
  output?: unknown;
  error?: unknown;
}

/** Logic that is not a machine keeps its snapshot unchanged. */
export type PersistedState = PersistedMachineState | { snapshot: Snapshot<unknown> };

/** What wrote a row; other logic than machines has neither. */
export interface MachineIdentity {
  /** The machine's `id`, where it has one. */
  machine?: string;
  /** The machine's `version`. */
  version?: string;
}

export interface ActorRow extends MachineIdentity {
  /** Uid of the parent; absent for the root. */
  parent?: string;
  id: string;
  src?: string;
  systemId?: string;
  sync?: true;
  state: PersistedState;
}

/** A delayed event. */
export interface TimerRow {
  /** Deadline, in milliseconds since the epoch. */
  due: number;
  event: AnyEventObject;
  /** Uid of the receiver, when it is another actor. */
  target?: string;
  /** Remaining milliseconds of a paused timer. */
  remainingMs?: number;
}

/** A timer row with its key. */
export interface StoredTimer {
  uid: string;
  id: string;
  row: TimerRow;
}

/** How a passivated actor is found and activated. */
export interface PassivatedRow extends MachineIdentity {
  id: string;
  src: string;
  systemId?: string;
  /** Earliest deadline of its timers, in milliseconds since the epoch. */
  due?: number;
  /** Uids of its effects that have recorded steps. */
  effects?: string[];
}

/** Returns the current state of an actor without its children. */
export const persistedStateOf = (actor: LiveActor): PersistedState =>
  toPersistedState(actor.logic, actor.getSnapshot());

export function toPersistedState(logic: AnyActorLogic, snapshot: Snapshot<unknown>): PersistedState {
  if (!isMachineSnapshot(snapshot)) {
    // XState spells out what is not there, such as the output of an effect that runs; reading it is the same without.
    const persisted = omitUndefined(logic.getPersistedSnapshot(snapshot)) as Snapshot<unknown>;
    if (persisted.status === 'error') persisted.error = TroupeError.serialize(persisted.error);
    return { snapshot: persisted };
  }
  // machine.getPersistedSnapshot also handles children and history, which are stored elsewhere; actor references in a
  // context serialize themselves.
  const { status, output, error, value, context, historyValue } = snapshot;
  const state: PersistedMachineState = { value };
  if (hasKeys(context)) state.context = context;
  if (hasKeys(historyValue)) state.history = toPersistedHistory(historyValue);
  if (status !== 'active') state.status = status;
  if (output !== undefined) state.output = output;
  if (status === 'error') state.error = TroupeError.serialize(error);
  return state;
}

/** State nodes by id, the form XState uses in a persisted snapshot. */
function toPersistedHistory(history: Record<string, readonly { id: string }[]>): Record<string, { id: string }[]> {
  const entries = Object.entries(history);
  return Object.fromEntries(entries.map(([node, visited]) => [node, visited.map(({ id }) => ({ id }))]));
}

export function toActorRow(actor: LiveActor, parentUid: string | undefined): ActorRow {
  const machine = machineIdOf(actor.logic);
  const version = versionOf(actor.logic);
  const row = {} as ActorRow;
  if (parentUid !== undefined) {
    row.parent = parentUid;
    row.src = actor.src as string;
  }
  row.id = actor.id;
  if (actor.systemId !== undefined) row.systemId = actor.systemId;
  if (actor._syncSnapshot) row.sync = true;
  if (machine !== undefined) row.machine = machine;
  if (version !== undefined) row.version = version;
  row.state = persistedStateOf(actor);
  return row;
}

export function machineIdentity(logic: AnyActorLogic): MachineIdentity {
  return omitUndefined({ machine: machineIdOf(logic), version: versionOf(logic) });
}

/** XState only reads it. */
const nothing = Object.freeze({});

/** Converts to the form XState restores an actor from. The caller adds a machine's children. */
export function toXStateSnapshot(state: PersistedState): Snapshot<unknown> | PersistedMachine {
  if ('snapshot' in state) return state.snapshot;
  const { value, context = {}, history = nothing, status = 'active', output, error } = state;
  return { status, output, error, value, context, historyValue: history, children: nothing };
}

export const statusOf = (state: PersistedState): string =>
  ('snapshot' in state ? state.snapshot.status : state.status) ?? 'active';

function hasKeys(value: unknown): boolean {
  for (const _ in value as object) return true;
  return false;
}
