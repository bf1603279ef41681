/**
 * An actor's rows. Only its own state is in them, never its children's, so a transition costs the same among ten actors
 * and among ten thousand. Identity is written once, with the first state; later rows hold the state alone, and what
 * restoring can fill in (status active, no children, no history) is left out.
 */
import { type AnyActorLogic, isMachineSnapshot, type Snapshot, type StateValue } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import { type LiveActor, type PersistedMachine, versionOf } from './xstate-internals.ts';

export interface PersistedMachineState {
  value: StateValue;
  context?: Record<string, unknown>;
  history?: unknown;
  status?: 'done' | 'error' | 'stopped';
  output?: unknown;
  error?: unknown;
}

/** Actors that are not machines keep their snapshot as it is. */
export type PersistedState = PersistedMachineState | { snapshot: Snapshot<unknown> };

export interface ActorRow {
  /** Uid of the parent; absent for the root. */
  parent?: string;
  id: string;
  src?: string;
  systemId?: string;
  sync?: true;
  /** The machine's `version` when this row was written. */
  version?: string;
  state: PersistedState;
}

/** The present state of an actor without its children. */
export const persistedStateOf = (actor: LiveActor): PersistedState =>
  toPersistedState(actor.logic, actor.getSnapshot());

export function toPersistedState(logic: AnyActorLogic, snapshot: Snapshot<unknown>): PersistedState {
  if (!isMachineSnapshot(snapshot)) {
    const persisted = logic.getPersistedSnapshot(snapshot);
    return {
      snapshot:
        persisted.status === 'error' ? { ...persisted, error: TroupeError.serialize(persisted.error) } : persisted,
    };
  }
  // What machine.getPersistedSnapshot does beyond this concerns children and history; actor refs in a context know their
  // JSON themselves.
  const { status, output, error, value, context, historyValue } = snapshot;
  const state: PersistedMachineState = { value };
  if (hasKeys(context)) state.context = context;
  if (hasKeys(historyValue)) state.history = toPersistedHistory(historyValue);
  if (status !== 'active') state.status = status;
  if (output !== undefined) state.output = output;
  if (status === 'error') state.error = TroupeError.serialize(error);
  return state;
}

/** Nodes of the chart by their ids, as XState keeps them in a persisted snapshot. */
function toPersistedHistory(history: Record<string, readonly { id: string }[]>): Record<string, { id: string }[]> {
  const entries = Object.entries(history);
  return Object.fromEntries(entries.map(([node, visited]) => [node, visited.map(({ id }) => ({ id }))]));
}

export function toActorRow(actor: LiveActor, parentUid: string | undefined): ActorRow {
  const version = versionOf(actor.logic);
  return {
    ...(parentUid === undefined ? {} : { parent: parentUid, src: actor.src as string }),
    id: actor.id,
    ...(actor.systemId === undefined ? {} : { systemId: actor.systemId }),
    ...(actor._syncSnapshot ? { sync: true as const } : {}),
    ...(version === undefined ? {} : { version }),
    state: persistedStateOf(actor),
  };
}

/** The form XState restores an actor from; a machine's children are added to it by the caller. */
export function toXStateSnapshot(state: PersistedState): Snapshot<unknown> | PersistedMachine {
  if ('snapshot' in state) return state.snapshot;
  const { value, context = {}, history = {}, status = 'active', output, error } = state;
  return { status, output, error, value, context, historyValue: history, children: {} };
}

export const statusOf = (state: PersistedState): string =>
  ('snapshot' in state ? state.snapshot.status : state.status) ?? 'active';

function hasKeys(value: unknown): boolean {
  for (const _ in value as object) return true;
  return false;
}
