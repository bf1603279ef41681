/**
 * The snapshot of an actor and of the actors below it, as plain data: the persisted state of each, its timers with their
 * remaining time, and the recorded results of its steps; and the conversions to and from stored rows. All pure.
 */
import type { AnyEventObject, Snapshot } from 'xstate';
import type { ActorRow, PersistedState, StoredTimer, TimerRow } from './actor-row.ts';
import { type ActorNode, createNode, linkParents, toSnapshot } from './actor-tree.ts';
import { decodeValue, encodeValue } from './codec.ts';
import type { StoredStep } from './steps.ts';

/** Bumped when a field's meaning changes. */
export const snapshotFormat = 1;

/** A delayed event that was not delivered yet. */
export interface TimerSnapshot {
  id: string;
  event: AnyEventObject;
  /** Remaining milliseconds. */
  remainingMs: number;
  /** Set for a pausable timer that was not running. */
  paused?: true;
  /** Uid of the receiver, when it is another actor. */
  target?: string;
}

/** A finished step of an effect; its result is absent when it had none. */
export interface StepSnapshot {
  name: string;
  result?: unknown;
}

/** One actor, and those below it. */
export interface ActorSnapshot {
  /** Persisted identity; the key of an effect. */
  uid: string;
  id: string;
  /** Name under which the actor's parent knows its logic; absent for the root. */
  src?: string;
  systemId?: string;
  /** The parent receives the snapshots of this actor (`syncSnapshot`). */
  sync?: true;
  /** The machine's `id`, where it has one. */
  machine?: string;
  /** The machine's `version`. */
  version?: string;
  /** The actor's own state: state value, context and history of a machine; input and output of an effect. */
  state: PersistedState;
  timers?: TimerSnapshot[];
  /** Of an effect: the recorded results of the steps that had finished. */
  steps?: StepSnapshot[];
  children?: ActorSnapshot[];
  /** Of the root: its passivated children. */
  passivated?: ActorSnapshot[];
}

/**
 * The result of `system.snapshot()`: plain data, which you can store anywhere. It is JSON if the states of the machines
 * are; `encodeValue` and `decodeValue` keep what JSON does not.
 */
export interface SystemSnapshot {
  format: number;
  /** Identity of the store it was taken from. */
  store: string;
  /** Number of the commit it shows. It contains everything up to that commit and nothing later. */
  commit: number;
  /** When it was taken, in milliseconds since the epoch. */
  at: number;
  actor: ActorSnapshot;
}

/** Rows of an actor and of the actors below it. */
export interface SnapshotRows {
  /** The actor, linked to its children. */
  node: ActorNode;
  timers: StoredTimer[];
  steps: StoredStep[];
}

export interface RowOptions {
  /** Returns the uid that an actor of the snapshot gets. */
  uidOf: (actor: ActorSnapshot) => string;
  /** Uid of the restored actor's parent; absent for the root. */
  parent: string | undefined;
  now: number;
  /** Whether timers keep receivers outside of the snapshot; false for a snapshot of another store. */
  keepsTargets: boolean;
}

/** Converts a snapshot to the rows that it is restored from. */
export function toSnapshotRows(snapshot: ActorSnapshot, options: RowOptions): SnapshotRows {
  const actors = flatten(snapshot);
  const uids = new Map(actors.map(({ actor }) => [actor.uid, options.uidOf(actor)]));
  const newUid = (uid: string) => uids.get(uid) as string;
  const nodes = new Map<string, ActorNode>();
  const timers: StoredTimer[] = [];
  const steps: StoredStep[] = [];
  for (const { actor, parent } of actors) {
    const uid = newUid(actor.uid);
    nodes.set(uid, createNode(uid, toRow(actor, parent === undefined ? options.parent : newUid(parent.uid))));
    for (const timer of actor.timers ?? []) {
      const target = timer.target && (uids.get(timer.target) ?? (options.keepsTargets ? timer.target : undefined));
      const isLost = timer.target !== undefined && target === undefined;
      if (!isLost) timers.push({ uid, id: timer.id, row: toTimerRow(timer, target, options.now) });
    }
    for (const { name, result } of actor.steps ?? []) steps.push({ uid, name, result });
  }
  linkParents(nodes);
  return { node: nodes.get(newUid(snapshot.uid)) as ActorNode, timers: timers.toSorted(byDeadline), steps };
}

/** An actor's part of a snapshot, without those below it. */
export function toActorSnapshot(uid: string, row: ActorRow, timers: TimerSnapshot[]): ActorSnapshot {
  const { parent: _, state, ...identity } = row;
  // As the store would return it: independent of the running actors, and references to actors are plain data.
  const plain = decodeValue(encodeValue({ state, timers })) as { state: PersistedState; timers: TimerSnapshot[] };
  return { uid, ...identity, state: plain.state, ...(timers.length === 0 ? {} : { timers: plain.timers }) };
}

export function toTimerSnapshot(id: string, { event, due, target, remainingMs }: TimerRow, now: number): TimerSnapshot {
  return {
    id,
    event,
    remainingMs: remainingMs ?? Math.max(0, due - now),
    ...(remainingMs === undefined ? {} : { paused: true as const }),
    ...(target === undefined ? {} : { target }),
  };
}

/**
 * The snapshot in XState's own form, as `actor.getPersistedSnapshot()` returns it, for `createActor(machine, { snapshot })`.
 * It has no timers, and no children of the root that were passivated.
 */
export function toPersistedSnapshot(snapshot: SystemSnapshot): Snapshot<unknown> {
  const options = { uidOf: (actor: ActorSnapshot) => actor.uid, parent: undefined, now: 0, keepsTargets: true };
  return toSnapshot(toSnapshotRows(structuredClone(snapshot.actor), options).node);
}

function toRow(actor: ActorSnapshot, parent: string | undefined): ActorRow {
  const { id, src, systemId, sync, machine, version, state } = actor;
  return {
    ...(parent === undefined ? {} : { parent }),
    ...(src === undefined ? {} : { src }),
    id,
    ...(systemId === undefined ? {} : { systemId }),
    ...(sync === undefined ? {} : { sync }),
    ...(machine === undefined ? {} : { machine }),
    ...(version === undefined ? {} : { version }),
    state,
  };
}

function toTimerRow({ event, remainingMs, paused }: TimerSnapshot, target: string | undefined, now: number): TimerRow {
  return {
    due: now + remainingMs,
    event,
    ...(target === undefined ? {} : { target }),
    ...(paused === undefined ? {} : { remainingMs }),
  };
}

const byDeadline = (a: StoredTimer, b: StoredTimer): number => a.row.due - b.row.due;

function flatten(actor: ActorSnapshot, parent?: ActorSnapshot): { actor: ActorSnapshot; parent?: ActorSnapshot }[] {
  const own = parent === undefined ? { actor } : { actor, parent };
  return [own, ...(actor.children ?? []).flatMap(child => flatten(child, actor))];
}
