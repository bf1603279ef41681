/**
 * Passivated children of the root. The rows of such an actor and its subtree are stored under `z/`, which opening
 * does not read, plus one row under `s/`, which it does. The root machine needs no events or states for this: its
 * logic accepts two more events, one that removes a child from its snapshot and one that adds it, through the APIs
 * any logic has (ActorScope, createActor).
 */
import { type AnyActorRef, type AnyStateMachine, createActor, type EventObject } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { ActorEntry, ActorRegistry } from './actor-registry.ts';
import { type ActorRow, toActorRow } from './actor-row.ts';
import { type ActorNode, createNode, indexByPath, linkParents, toSnapshot, verifyRestored } from './actor-tree.ts';
import { key, prefix } from './keys.ts';
import { type Migration, migrate } from './migrations.ts';
import type { Steps } from './steps.ts';
import { parseStep, parseTimer } from './stored-state.ts';
import type { StoredTimer, Timers } from './timers.ts';
import { asLiveActor, type LiveActor, type RestoreOptions, registeredLogic } from './xstate-internals.ts';

export interface PassivatedRow {
  id: string;
  src: string;
  systemId?: string;
  /** Earliest deadline of its timers, in milliseconds since the epoch. */
  due?: number;
  /** Uids of its effects that have recorded steps. */
  effects?: string[];
}

interface PassivatedActor extends PassivatedRow {
  uid: string;
  cancel?: () => void;
  activation?: Promise<void>;
}

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
  readonly #byId = new Map<string, PassivatedActor>();
  /** The child the root is about to remove, and the one it is about to add with its timers. */
  #passivatingId: string | undefined;
  #activating: { options: RestoreOptions; timers: StoredTimer[] } | undefined;

  constructor(options: PassivationOptions) {
    this.#options = options;
  }

  ids(): string[] {
    return [...this.#byId.keys()];
  }

  load(uid: string, row: PassivatedRow): void {
    this.#add({ ...row, uid });
  }

  /** Stops watching deadlines. */
  end(): void {
    for (const actor of this.#byId.values()) actor.cancel?.();
  }

  async passivate(name: string): Promise<void> {
    const { actors, steps, write, root } = this.#options;
    if (this.#find(name) !== undefined) return this.#options.barrier();
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
      ...(systemId === undefined ? {} : { systemId }),
      ...(Number.isFinite(due) ? { due } : {}),
      ...(effects.length === 0 ? {} : { effects }),
    };
    write({ type: 'put', key: key.passivated(child.uid), value: row });
    for (const entry of subtree) this.#storeSubtree(child.uid, entry);
    actors.detach(subtree);
    this.#passivatingId = id;
    root().send({ type: passivateEvent });
    this.#passivatingId = undefined;
    this.#add({ ...row, uid: child.uid });
    await this.#options.barrier();
  }

  async activate(name: string): Promise<void> {
    const actor = this.#find(name);
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
    const { machine, actors, timers, write } = this.#options;
    const activating = this.#activating;
    const logic = activating && registeredLogic(machine, activating.options.src);
    if (activating === undefined || logic === undefined)
      throw new TypeError(`${activateEvent} is sent by the durable runtime only.`);
    const child = createActor(logic, { ...activating.options, parent });
    // Do this before the start: a starting actor may cancel a timer at once.
    for (const { uid, id, row } of activating.timers) {
      timers.arm(actors.byUid(uid) as ActorEntry, id, row);
      write({ type: 'put', key: key.timer(uid, id), value: row });
    }
    return child;
  }

  async #activate(actor: PassivatedActor): Promise<void> {
    const { store, actors, steps, root, write } = this.#options;
    // Waits until a passivation in progress is on disk.
    await this.#options.barrier();
    const rows = new Map<string, ActorNode>();
    const armed: StoredTimer[] = [];
    const erased: Operation[] = [{ type: 'del', key: key.passivated(actor.uid) }];
    const rowsPrefix = key.passivatedRow(actor.uid);
    for await (const [at, value] of store.entries(rowsPrefix)) {
      erased.push({ type: 'del', key: at });
      const activeKey = at.slice(rowsPrefix.length);
      if (activeKey.startsWith(prefix.timer)) armed.push(parseTimer(activeKey, value));
      else addNode(rows, activeKey.slice(prefix.actor.length), value as ActorRow);
    }
    for (const uid of actor.effects ?? []) {
      for await (const [at, value] of store.entries(key.step(uid, ''))) {
        const { name, result } = parseStep(at, value);
        steps.load(uid, name, result);
      }
    }
    const node = this.#verify(actor, rows);
    const { systemId, sync } = node.row;
    const options = { id: actor.id, src: actor.src, systemId, syncSnapshot: sync, parent: root() };
    const timers = armed.filter(({ uid }) => rows.has(uid));
    this.#activating = { options: { ...options, snapshot: toSnapshot(node) }, timers };
    try {
      actors.rebuild(indexByPath(node, new Map()), () => root().send({ type: activateEvent }));
    } finally {
      this.#activating = undefined;
    }
    actor.cancel?.();
    this.#byId.delete(actor.id);
    for (const operation of erased) write(operation);
    await this.#options.barrier();
  }

  /** Tries everything that could fail in the root's transition beforehand, in a system that is then discarded. */
  #verify(actor: PassivatedActor, rows: Map<string, ActorNode>): ActorNode {
    const { machine, root, migrations } = this.#options;
    const { orphans } = linkParents(rows);
    const node = rows.get(actor.uid);
    if (node === undefined || orphans.some(orphan => orphan !== node)) {
      throw new TroupeError('STORE_DAMAGED', `Rows of the sleeping actor "${actor.id}" are missing.`, {
        where: key.passivatedRow(actor.uid),
        hints: ['troupe doctor --repair'],
      });
    }
    const logic = registeredLogic(machine, actor.src);
    if (logic === undefined) verifyRestored(undefined, node, actor.id);
    else {
      migrate(node, logic, migrations);
      const probe = createActor(logic, { id: actor.id, snapshot: structuredClone(toSnapshot(node)) } as never);
      verifyRestored(asLiveActor(probe), node, actor.id);
    }
    const siblings = childrenOf(root());
    const names = [...rows.values()].flatMap(({ row }) => row.systemId ?? []);
    const conflictingName = siblings[actor.id] ? actor.id : names.find(name => root().system.get(name) !== undefined);
    if (conflictingName !== undefined) {
      throw new TroupeError(
        'RESTORE_FAILED',
        `"${actor.id}" cannot wake: another actor took the name "${conflictingName}"; stop that one first.`,
        {
          where: actor.id,
        },
      );
    }
    return node;
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
    this.#byId.set(actor.id, actor);
    if (actor.due === undefined) return;
    actor.cancel = this.#options.clock.at(actor.due, () => {
      this.activate(actor.id).catch(this.#options.onError);
    });
  }

  #find(name: string): PassivatedActor | undefined {
    return this.#byId.get(name) ?? [...this.#byId.values()].find(actor => actor.systemId === name);
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

function addNode(rows: Map<string, ActorNode>, uid: string, row: ActorRow): void {
  rows.set(uid, createNode(uid, row));
}

const childrenOf = (root: AnyActorRef): Record<string, LiveActor | undefined> => root.getSnapshot().children;
