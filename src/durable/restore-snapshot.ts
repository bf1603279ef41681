/**
 * Restores running actors from a snapshot, or starts others from one. A restored actor keeps its uid, its reference and its
 * observers, and its parent receives nothing; the actors below it are stopped and created again. Invariants:
 * - S1 everything that can fail is tried before anything changes;
 * - S2 stopping, rows, timers and start are one tick, so one batch: a crash leaves all of it or nothing;
 * - S3 an effect of the same actor keeps its uid, so it runs under the same key; its steps are those of the snapshot;
 * - S4 everything else stays: command keys, emitted events, rows of the caller.
 */
import type { AnyActorRef, AnyStateMachine } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import type { ActorEntry, ActorRegistry } from './actor-registry.ts';
import { ExpectedActors, toSnapshot, verifyRestored } from './actor-tree.ts';
import type { Committer } from './committer.ts';
import type { LifecycleEvents } from './lifecycle-events.ts';
import type { Migration } from './migrations.ts';
import type { PassivatedActorRows } from './passivated-rows.ts';
import type { Passivation } from './passivation.ts';
import {
  type ActorSnapshot,
  type SnapshotRows,
  type SystemSnapshot,
  snapshotFormat,
  toSnapshotRows,
} from './snapshot.ts';
import type { Steps } from './steps.ts';
import { findActive } from './substitute.ts';
import type { Timers } from './timers.ts';
import { findSystemId, verifyNode } from './verify-snapshot.ts';
import { registeredLogic, setState, startInPlace, stopInPlace } from './xstate-internals.ts';

export interface RestoreTarget {
  machine: AnyStateMachine;
  clock: Clock;
  storeId: () => string;
  migrations: Readonly<Record<string, Migration>> | undefined;
  actors: ActorRegistry;
  timers: Timers;
  steps: Steps;
  passivation: Passivation;
  lifecycleEvents: LifecycleEvents;
  root: () => AnyActorRef;
  committer: Committer;
  write: (operation: Operation) => void;
  barrier: () => Promise<void>;
  /** Called when a restore fails half-way: memory no longer matches the store. */
  onTorn: (error: unknown) => void;
  /** Called for an actor that had ended and starts again: XState has dropped its observers. */
  onRevived: (entry: ActorEntry) => void;
}

/** Restores an actor that is active. @throws {TroupeError} RESTORE_FAILED, UNKNOWN_ACTOR; nothing has changed then */
export async function restoreSnapshot(
  target: RestoreTarget,
  entry: ActorEntry,
  snapshot: SystemSnapshot,
): Promise<void> {
  assertRestorable(entry, snapshot);
  const { actors, passivation } = target;
  const isRoot = entry.parent === undefined;
  const passivated = isRoot ? await readPassivated(target) : [];
  if (actors.byUid(entry.uid) !== entry) throw goneError(entry);
  const isSameActor = snapshot.store === target.storeId() && snapshot.actor.uid === entry.uid;
  const options = {
    uidOf: (actor: ActorSnapshot) => (actor === snapshot.actor ? entry.uid : isSameActor ? actor.uid : actors.nextId()),
    parent: entry.parent?.uid,
    now: target.clock.now(),
    keepsTargets: snapshot.store === target.storeId(),
  };
  const rows = toSnapshotRows(snapshot.actor, options);
  const below = (snapshot.actor.passivated ?? []).map(actor =>
    toSnapshotRows(actor, { ...options, parent: entry.uid }),
  );
  verifyNode(rows.node, { id: entry.ref.id, logic: entry.ref.logic, migrations: target.migrations });
  assertNamesAreFree(target, entry, rows);
  try {
    replaceSubtree(target, entry, rows);
    if (isRoot) passivation.replaceAll(passivated, below);
  } catch (error) {
    target.onTorn(error);
    throw error;
  }
}

/** Starts another child of the root from a snapshot. @throws {TroupeError} RESTORE_FAILED */
export function forkSnapshot(
  target: RestoreTarget,
  snapshot: SystemSnapshot,
  { id, systemId }: { id: string; systemId?: string },
): void {
  assertFormat(snapshot);
  const { actors, machine, root } = target;
  if (root().getSnapshot().status !== 'active') {
    throw new TroupeError('RESTORE_FAILED', 'The root has ended; restore it instead.', { where: id });
  }
  const { systemId: _, ...actor } = snapshot.actor;
  const { src } = actor;
  if (src === undefined) {
    const message =
      'A snapshot of the root cannot be forked here: open another store with it, as the option `snapshot`.';
    throw new TroupeError('RESTORE_FAILED', message, { where: id });
  }
  const parent = actors.entryOf(root())?.uid;
  const rows = toSnapshotRows(
    { ...actor, id, ...omitUndefined({ systemId }) },
    {
      uidOf: () => actors.nextId(),
      parent,
      now: target.clock.now(),
      keepsTargets: snapshot.store === target.storeId(),
    },
  );
  verifyNode(rows.node, { id, logic: registeredLogic(machine, src), migrations: target.migrations });
  const isTaken = id in root().getSnapshot().children || target.passivation.sleepers.find(id) !== undefined;
  const taken = isTaken ? id : findSystemId(rows.node, name => findActive(root().system, name) !== undefined);
  if (taken !== undefined) throw nameTakenError(id, taken);
  for (const { uid, name, result } of rows.steps) target.steps.restore(uid, name, result);
  target.passivation.insert(rows);
}

/** The first rows of a new store. */
export interface InitialRows {
  root: SnapshotRows;
  passivated: SnapshotRows[];
}

/** The rows of a snapshot for the root of a new store. @throws {TroupeError} RESTORE_FAILED */
export function toInitialRows(
  { machine, migrations, actors, clock }: Pick<RestoreTarget, 'machine' | 'migrations' | 'actors' | 'clock'>,
  snapshot: SystemSnapshot,
): InitialRows {
  assertFormat(snapshot);
  const { src: _, ...actor } = snapshot.actor;
  const options = { uidOf: () => actors.nextId(), now: clock.now(), keepsTargets: false };
  const root = toSnapshotRows({ ...actor, id: 'root', systemId: 'root' }, { ...options, parent: undefined });
  verifyNode(root.node, { id: 'root', logic: machine, migrations });
  const below = { ...options, parent: root.node.uid };
  return { root, passivated: (actor.passivated ?? []).map(each => toSnapshotRows(each, below)) };
}

/** Stores timers, steps and passivated children of the actors of a new store. Call it before they start. */
export function loadInitialRows(
  { timers, steps, passivation }: Pick<RestoreTarget, 'timers' | 'steps' | 'passivation'>,
  { root, passivated }: InitialRows,
): void {
  restoreTimersAndSteps({ timers, steps }, root);
  passivation.replaceAll([], passivated);
}

function restoreTimersAndSteps({ timers, steps }: Pick<RestoreTarget, 'timers' | 'steps'>, rows: SnapshotRows): void {
  for (const timer of rows.timers) timers.restore(timer);
  for (const { uid, name, result } of rows.steps) steps.restore(uid, name, result);
}

function replaceSubtree(target: RestoreTarget, entry: ActorEntry, rows: SnapshotRows): void {
  const { actors, timers, steps, lifecycleEvents, write } = target;
  const erased: Operation[] = [];
  actors.subtree(entry, erased);
  const wasRunning = stopInPlace(entry.ref);
  actors.eraseBelow(entry, erased);
  for (const operation of erased) write(operation);
  actors.rebuild(new ExpectedActors(rows.node), () => setState(entry.ref, toSnapshot(rows.node)));
  verifyRestored(entry.ref, rows.node, entry.ref.id);
  // Do this before the start: a starting actor may cancel a timer at once.
  restoreTimersAndSteps({ timers, steps }, rows);
  if (!wasRunning) target.onRevived(entry);
  startInPlace(entry.ref, wasRunning);
  lifecycleEvents.actorRestored(entry);
  target.committer.markDirty();
}

/** Reads the passivated actors, again if one was activated or passivated meanwhile. */
async function readPassivated({ passivation, barrier }: RestoreTarget): Promise<PassivatedActorRows[]> {
  for (;;) {
    // Waits until a passivation in progress is on disk.
    await barrier();
    const actors = passivation.sleepers.list();
    const rows = await Promise.all(actors.map(actor => passivation.read(actor)));
    const current = passivation.sleepers.list();
    if (current.length === actors.length && current.every((actor, index) => actor === actors[index])) return rows;
  }
}

function assertFormat(snapshot: Partial<SystemSnapshot> | null | undefined): void {
  const { format } = snapshot ?? {};
  if (format === snapshotFormat) return;
  throw new TroupeError(
    'RESTORE_FAILED',
    `The snapshot has format ${format}; this version reads format ${snapshotFormat}.`,
  );
}

function assertRestorable(entry: ActorEntry, snapshot: SystemSnapshot): void {
  assertFormat(snapshot);
  const source = entry.parent === undefined ? undefined : entry.ref.src;
  if (snapshot.actor.src !== source) {
    const [expected, actual] = [source ?? 'the root', snapshot.actor.src ?? 'the root'];
    throw new TroupeError('RESTORE_FAILED', `The snapshot is one of "${actual}", and the actor is "${expected}".`, {
      where: entry.ref.id,
    });
  }
  if (!('value' in snapshot.actor.state)) {
    throw new TroupeError(
      'RESTORE_FAILED',
      'Only machines are restored: restore the machine that invokes this actor.',
      {
        where: entry.ref.id,
      },
    );
  }
}

/** The systemIds in the snapshot must not belong to actors elsewhere. */
function assertNamesAreFree({ actors, root }: RestoreTarget, entry: ActorEntry, { node }: SnapshotRows): void {
  const isElsewhere = (systemId: string): boolean => {
    const ref = findActive(root().system, systemId);
    for (let above = ref && actors.entryOf(ref); above !== undefined; above = above.parent) {
      if (above === entry) return false;
    }
    return ref !== undefined;
  };
  for (const child of node.children.values()) {
    const taken = findSystemId(child, isElsewhere);
    if (taken !== undefined) throw nameTakenError(entry.ref.id, taken);
  }
}

function nameTakenError(where: string, name: string): TroupeError {
  return new TroupeError('RESTORE_FAILED', `The name "${name}" belongs to another actor; stop that one first.`, {
    where,
  });
}

function goneError({ ref }: ActorEntry): TroupeError {
  return new TroupeError('UNKNOWN_ACTOR', `The actor "${ref.id}" was stopped.`, { where: ref.id });
}
