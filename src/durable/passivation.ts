/**
 * Passivated children of the root. The rows of such an actor and its subtree are stored under `z/`, which opening
 * does not read, plus one row under `s/`, which it does. The root machine needs no events or states for this: its
 * logic accepts two more events, one that removes a child from its snapshot and one that adds it, through the APIs
 * any logic has (ActorScope, createActor).
 */

import { type AnyActorRef, type AnyEventObject, type AnyStateMachine, createActor, type EventObject } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { ActorEntry, ActorRegistry } from './actor-registry.ts';
import { machineIdentity, type PassivatedRow, type StoredTimer, toActorRow } from './actor-row.ts';
import { type ActorNode, ExpectedActors, toSnapshot } from './actor-tree.ts';
import { key } from './keys.ts';
import type { Migration } from './migrations.ts';
import { type PassivatedActorRows, readPassivatedActor, storePassivatedActor } from './passivated-rows.ts';
import { type PassivatedActor, Sleepers, type WaitingEvent } from './sleepers.ts';
import type { SnapshotRows } from './snapshot.ts';
import type { Steps } from './steps.ts';
import { findActive, isSubstitute } from './substitute.ts';
import type { Timers } from './timers.ts';
import { findSystemId, verifyNode } from './verify-snapshot.ts';
import { type LiveActor, type RestoreOptions, registeredLogic } from './xstate-internals.ts';

interface PassivationOptions {
  store: Store;
  machine: AnyStateMachine;
  clock: Clock;
  actors: ActorRegistry;
  timers: Timers;
  steps: Steps;
  migrations: Readonly<Record<string, Migration>> | undefined;
  root: () => AnyActorRef;
  write: (operation: Operation) => void;
  barrier: () => Promise<void>;
  onError: (error: unknown) => void;
}

const passivateEvent = 'troupe.passivate';
const activateEvent = 'troupe.activate';

/** Returns the machine extended by the two events that passivate and activate a child. */
export function withPassivation<Logic extends AnyStateMachine>(machine: Logic, passivation: Passivation): Logic {
  const transition: Logic['transition'] = (snapshot, event: EventObject, scope) => {
    passivation.sleepers.showAmong(snapshot.children);
    if (event.type === passivateEvent) {
      const { [passivation.passivatingChild()]: child, ...children } = snapshot.children;
      scope.defer(() => scope.stopChild(child));
      return { ...snapshot, children };
    }
    if (event.type === activateEvent) {
      const child = passivation.createActivated(scope.self);
      scope.defer(() => child.start());
      return { ...snapshot, children: { ...snapshot.children, [child.id]: child } };
    }
    return machine.transition(snapshot, event, scope);
  };
  return Object.create(machine, { transition: { value: transition } }) as Logic;
}

export class Passivation {
  readonly #options: PassivationOptions;
  readonly sleepers: Sleepers;
  /** The child the root is about to remove, and the one it is about to add with its timers. */
  #passivatingId: string | undefined;
  #activating: { options: RestoreOptions; timers: StoredTimer[] } | undefined;

  constructor(options: PassivationOptions) {
    this.#options = options;
    const { root, write, actors } = options;
    this.sleepers = new Sleepers({ root, write, nextId: () => actors.nextId(), wake: actor => this.#wake(actor) });
  }

  load(uid: string, row: PassivatedRow, queue: WaitingEvent[] = []): void {
    this.#add({ ...row, uid, ...(queue.length === 0 ? {} : { queue }) });
  }

  /** Activates those for which events waited when the store was closed. */
  wakeWaiting(): void {
    for (const actor of this.sleepers.list()) if (actor.queue !== undefined) this.#wake(actor);
  }

  /** Passes on an event that was sent to a reference from before its actor was passivated. */
  forward(ref: object, event: AnyEventObject): void {
    const uid = isSubstitute(ref) ? undefined : this.sleepers.uidOf(ref);
    if (uid === undefined) return;
    const active = this.#options.actors.byUid(uid);
    if (active === undefined) this.sleepers.receive(uid, event);
    else active.ref.send(event);
  }

  /** Stops watching deadlines. */
  end(): void {
    for (const actor of this.sleepers.list()) actor.cancel?.();
  }

  async passivate(name: string): Promise<void> {
    const { actors, steps, write, root } = this.#options;
    if (this.sleepers.find(name) !== undefined) return this.#options.barrier();
    const child = this.#childOf(name);
    const erased: Operation[] = [];
    const subtree = actors.subtree(child, erased);
    for (const operation of erased) write(operation);
    const { id, systemId, src } = child.ref;
    const armed = subtree.flatMap(entry => [...(entry.timers?.values() ?? [])]).map(({ row }) => row);
    const due = Math.min(...armed.filter(({ remainingMs }) => remainingMs === undefined).map(row => row.due));
    const effects = subtree.map(entry => entry.uid).filter(uid => steps.has(uid));
    const row: PassivatedRow = {
      id,
      src: src as string,
      ...omitUndefined({ systemId }),
      ...machineIdentity(child.ref.logic),
      ...(Number.isFinite(due) ? { due } : {}),
      ...(effects.length === 0 ? {} : { effects }),
    };
    write({ type: 'put', key: key.passivated(child.uid), value: row });
    for (const entry of subtree) this.#storeSubtree(child.uid, entry);
    this.sleepers.showIn(root().system);
    for (const { ref, uid } of subtree) this.sleepers.remember(ref, uid);
    actors.detach(subtree);
    this.#passivatingId = id;
    root().send({ type: passivateEvent });
    this.#passivatingId = undefined;
    this.#add({ ...row, uid: child.uid });
    await this.#options.barrier();
  }

  async activate(name: string): Promise<void> {
    const actor = this.sleepers.find(name);
    if (actor === undefined) {
      this.#childOf(name);
      return this.#options.barrier();
    }
    actor.activation ??= this.#activate(actor).finally(() => {
      delete actor.activation;
    });
    await actor.activation;
  }

  /** Returns the id of the child to passivate; called by the root's logic. */
  passivatingChild(): string {
    if (this.#passivatingId === undefined)
      throw new TypeError(`${passivateEvent} is sent by the durable runtime only.`);
    return this.#passivatingId;
  }

  /** Creates the child to activate; called by the root's logic. */
  createActivated(parent: AnyActorRef): AnyActorRef {
    const { machine, timers } = this.#options;
    const activating = this.#activating;
    const logic = activating && registeredLogic(machine, activating.options.src);
    if (activating === undefined || logic === undefined)
      throw new TypeError(`${activateEvent} is sent by the durable runtime only.`);
    const child = createActor(logic, { ...activating.options, parent });
    // Do this before the start: a starting actor may cancel a timer at once.
    for (const timer of activating.timers) timers.restore(timer);
    return child;
  }

  async #activate(actor: PassivatedActor): Promise<void> {
    // Waits until a passivation in progress is on disk.
    await this.#options.barrier();
    const rows = await this.read(actor);
    this.#verify(actor.id, rows.node);
    // Restoring the root may have replaced it in the meantime.
    if (this.sleepers.find(actor.id) !== actor) return this.#options.barrier();
    for (const { uid, name, result } of rows.steps) this.#options.steps.load(uid, name, result);
    const waiting = this.sleepers.takeQueue(actor);
    this.#remove(actor);
    this.insert(rows);
    for (const at of rows.keys) this.#options.write({ type: 'del', key: at });
    const child = this.#options.actors.byUid(actor.uid);
    for (const event of waiting) child?.ref.send(event);
    await this.#options.barrier();
  }

  /** @throws {TroupeError} STORE_DAMAGED */
  read(actor: PassivatedActor): Promise<PassivatedActorRows> {
    return readPassivatedActor(this.#options.store, actor);
  }

  /** Adds an actor as a child of the root, with the actors below it and their timers, and starts them. */
  insert({ node, timers }: SnapshotRows): void {
    const { actors, root } = this.#options;
    const { id, src = '', systemId, sync } = node.row;
    const options = { id, src, systemId, syncSnapshot: sync, parent: root(), snapshot: toSnapshot(node) };
    this.#activating = { options, timers };
    try {
      actors.rebuild(new ExpectedActors(node), () => root().send({ type: activateEvent }));
    } finally {
      this.#activating = undefined;
    }
  }

  /** Replaces all passivated actors, in memory and in the store. */
  replaceAll(existing: readonly PassivatedActorRows[], replacements: readonly SnapshotRows[]): void {
    const { write } = this.#options;
    for (const actor of this.sleepers.list()) {
      this.sleepers.takeQueue(actor);
      this.#remove(actor);
    }
    for (const { keys, steps } of existing) {
      for (const at of keys) write({ type: 'del', key: at });
      for (const { uid, name } of steps) write({ type: 'del', key: key.step(uid, name) });
    }
    for (const rows of replacements) {
      this.load(rows.node.uid, storePassivatedActor(rows, write));
    }
  }

  /**
   * Tries everything that could fail in the root's transition beforehand, in a system that is then discarded.
   * @throws {TroupeError} RESTORE_FAILED
   */
  #verify(id: string, node: ActorNode): void {
    const { machine, root, migrations } = this.#options;
    verifyNode(node, { id, logic: registeredLogic(machine, node.row.src ?? ''), migrations });
    const siblings = childrenOf(root());
    const conflictingName = Object.hasOwn(siblings, id)
      ? id
      : findSystemId(node, name => findActive(root().system, name) !== undefined);
    if (conflictingName !== undefined) {
      throw new TroupeError(
        'RESTORE_FAILED',
        `"${id}" cannot wake: another actor took the name "${conflictingName}"; stop that one first.`,
        { where: id },
      );
    }
  }

  #remove(actor: PassivatedActor): void {
    actor.cancel?.();
    this.sleepers.remove(actor);
  }

  #storeSubtree(passivatedUid: string, entry: ActorEntry): void {
    const { write } = this.#options;
    const row = toActorRow(entry.ref, entry.parent?.uid);
    write({ type: 'put', key: key.passivatedRow(passivatedUid, key.actor(entry.uid)), value: row });
    if (entry.isStored) write({ type: 'del', key: key.actor(entry.uid) });
    if (entry.hasStateRow) write({ type: 'del', key: key.state(entry.uid) });
    for (const [id, timer] of entry.timers ?? []) {
      const activeKey = key.timer(entry.uid, id);
      write({ type: 'put', key: key.passivatedRow(passivatedUid, activeKey), value: timer.row });
      write({ type: 'del', key: activeKey });
    }
    this.#options.steps.release(entry.uid);
  }

  #add(actor: PassivatedActor): void {
    this.sleepers.add(actor);
    if (actor.due === undefined) return;
    actor.cancel = this.#options.clock.at(actor.due, () => this.#wake(actor));
  }

  #wake(actor: PassivatedActor): void {
    this.activate(actor.id).catch(this.#options.onError);
  }

  #childOf(name: string): ActorEntry {
    const { actors, root, machine } = this.#options;
    const children = childrenOf(root());
    const ref = children[name] ?? Object.values(children).find(child => child?.systemId === name);
    const entry = ref && actors.entryOf(ref);
    if (entry === undefined) {
      throw new TroupeError('UNKNOWN_ACTOR', `The root has no child "${name}", awake or asleep.`, { where: name });
    }
    if (registeredLogic(machine, entry.ref.src as string) === undefined) {
      throw new TypeError(`"${name}" has logic given in place; only children spawned by name can sleep.`);
    }
    return entry;
  }
}

const childrenOf = (root: AnyActorRef): Record<string, LiveActor | undefined> => root.getSnapshot().children;
