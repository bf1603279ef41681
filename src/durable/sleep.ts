/**
 * Sleeping children of the root. Asleep, an actor and all below it are rows under `z/` that the boot does not read, and
 * one row under `s/` that it does. The root machine needs no events or states for this: its logic is given two events more,
 * that take a child out of its snapshot and put one in, through the same doors any logic has (ActorScope, createActor).
 */
import { type AnyActorRef, type AnyStateMachine, createActor, type EventObject } from 'xstate';
import { Fault } from '../model/fault.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Store } from '../ports/store.ts';
import type { Actors, Entry } from './actors.ts';
import { stepOf, timerOf } from './image.ts';
import { key, prefix } from './keys.ts';
import { type Upcaster, upcast } from './migrate.ts';
import { type ActorRow, rowOf } from './record.ts';
import type { Steps } from './steps.ts';
import type { StoredTimer, Timers } from './timers.ts';
import { type Branch, index, link, nest, newBranch, verify } from './tree.ts';
import { type LiveActor, live, type RestoreOptions, registeredLogic } from './xstate.ts';

export interface SleeperRow {
  id: string;
  src: string;
  systemId?: string;
  /** Earliest deadline of its timers. */
  due?: number;
  /** Uids of its effects that have recorded steps. */
  effects?: string[];
}

interface Sleeper extends SleeperRow {
  uid: string;
  cancel?: () => void;
  waking?: Promise<void>;
}

interface SleepOptions {
  store: Store;
  machine: AnyStateMachine;
  clock: Clock;
  actors: Actors;
  timers: Timers;
  steps: Steps;
  upcasters: Readonly<Record<string, Upcaster>> | undefined;
  root: () => AnyActorRef;
  write: (operation: Operation) => void;
  barrier: () => Promise<void>;
  failed: (error: unknown) => void;
}

const leave = 'troupe.sleep';
const enter = 'troupe.wake';

/** The machine, with the two events that let a child of it sleep and come back. */
export function sleepable<Logic extends AnyStateMachine>(machine: Logic, sleepers: Sleepers): Logic {
  const transition: Logic['transition'] = (snapshot, event: EventObject, scope) => {
    if (event.type === leave) {
      const { [sleepers.leaving()]: child, ...children } = snapshot.children;
      scope.defer(() => scope.stopChild(child));
      return { ...snapshot, children };
    }
    if (event.type === enter) {
      const child = sleepers.build(scope.self);
      scope.defer(() => child.start());
      return { ...snapshot, children: { ...snapshot.children, [child.id]: child } };
    }
    return machine.transition(snapshot, event, scope);
  };
  return Object.create(machine, { transition: { value: transition } }) as Logic;
}

export class Sleepers {
  readonly #options: SleepOptions;
  readonly #byId = new Map<string, Sleeper>();
  /** The child the root is about to let go, and the one it is about to take back with its timers. */
  #leaving: string | undefined;
  #rising: { options: RestoreOptions; timers: StoredTimer[] } | undefined;

  constructor(options: SleepOptions) {
    this.#options = options;
  }

  ids(): string[] {
    return [...this.#byId.keys()];
  }

  load(uid: string, row: SleeperRow): void {
    this.#add({ ...row, uid });
  }

  /** Stops waiting for deadlines. */
  end(): void {
    for (const sleeper of this.#byId.values()) sleeper.cancel?.();
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
    const due = Math.min(...armed.filter(({ left }) => left === undefined).map(row => row.due));
    const effects = subtree.map(entry => entry.uid).filter(uid => steps.has(uid));
    const row: SleeperRow = {
      id,
      src: src as string,
      ...(systemId === undefined ? {} : { systemId }),
      ...(Number.isFinite(due) ? { due } : {}),
      ...(effects.length === 0 ? {} : { effects }),
    };
    write({ type: 'put', key: key.sleeper(child.uid), value: row });
    for (const entry of subtree) this.#layDown(child.uid, entry);
    actors.release(subtree);
    this.#leaving = id;
    root().send({ type: leave });
    this.#leaving = undefined;
    this.#add({ ...row, uid: child.uid });
    await this.#options.barrier();
  }

  async wake(name: string): Promise<void> {
    const sleeper = this.#find(name);
    if (sleeper === undefined) {
      this.#childOf(name);
      return this.#options.barrier();
    }
    sleeper.waking ??= this.#rouse(sleeper).finally(() => {
      delete sleeper.waking;
    });
    await sleeper.waking;
  }

  /** The id of the child the leave event is about; called by the root's logic. */
  leaving(): string {
    if (this.#leaving === undefined) throw new TypeError(`${leave} is sent by the durable runtime only.`);
    return this.#leaving;
  }

  /** Builds the child the enter event is about; called by the root's logic. */
  build(parent: AnyActorRef): AnyActorRef {
    const { machine, actors, timers, write } = this.#options;
    const rising = this.#rising;
    const logic = rising && registeredLogic(machine, rising.options.src);
    if (rising === undefined || logic === undefined)
      throw new TypeError(`${enter} is sent by the durable runtime only.`);
    const child = createActor(logic, { ...rising.options, parent });
    // Before it is started: what starts may at once cancel a timer it had.
    for (const { uid, id, row } of rising.timers) {
      timers.arm(actors.byUid(uid) as Entry, id, row);
      write({ type: 'put', key: key.timer(uid, id), value: row });
    }
    return child;
  }

  async #rouse(sleeper: Sleeper): Promise<void> {
    const { store, actors, steps, root, write } = this.#options;
    // Lets a passivation that is on its way to the disk arrive.
    await this.#options.barrier();
    const rows = new Map<string, Branch>();
    const armed: StoredTimer[] = [];
    const erased: Operation[] = [{ type: 'del', key: key.sleeper(sleeper.uid) }];
    const shelf = key.slept(sleeper.uid);
    for await (const [at, value] of store.entries(shelf)) {
      erased.push({ type: 'del', key: at });
      const awake = at.slice(shelf.length);
      if (awake.startsWith(prefix.timer)) armed.push(timerOf(awake, value));
      else addRow(rows, awake.slice(prefix.actor.length), value as ActorRow);
    }
    for (const uid of sleeper.effects ?? []) {
      for await (const [at, value] of store.entries(key.step(uid, ''))) {
        const { name, result } = stepOf(at, value);
        steps.load(uid, name, result);
      }
    }
    const branch = this.#check(sleeper, rows);
    const { systemId, sync } = branch.row;
    const options = { id: sleeper.id, src: sleeper.src, systemId, syncSnapshot: sync, parent: root() };
    const timers = armed.filter(({ uid }) => rows.has(uid));
    this.#rising = { options: { ...options, snapshot: nest(branch) }, timers };
    try {
      actors.rebuild(index(branch, new Map()), () => root().send({ type: enter }));
    } finally {
      this.#rising = undefined;
    }
    sleeper.cancel?.();
    this.#byId.delete(sleeper.id);
    for (const operation of erased) write(operation);
    await this.#options.barrier();
  }

  /** Everything that could go wrong in the root's transition is tried before, in a system that is thrown away. */
  #check(sleeper: Sleeper, rows: Map<string, Branch>): Branch {
    const { machine, root, upcasters } = this.#options;
    const { orphans } = link(rows);
    const branch = rows.get(sleeper.uid);
    if (branch === undefined || orphans.some(orphan => orphan !== branch)) {
      throw new Fault('STORE_DAMAGED', `Rows of the sleeping actor "${sleeper.id}" are missing.`, {
        where: key.slept(sleeper.uid),
        hints: ['troupe doctor --repair'],
      });
    }
    const logic = registeredLogic(machine, sleeper.src);
    if (logic === undefined) verify(undefined, branch, sleeper.id);
    else {
      upcast(branch, logic, upcasters);
      const trial = createActor(logic, { id: sleeper.id, snapshot: structuredClone(nest(branch)) } as never);
      verify(live(trial), branch, sleeper.id);
    }
    const siblings = childrenOf(root());
    const names = [...rows.values()].flatMap(({ row }) => row.systemId ?? []);
    const taken = siblings[sleeper.id] ? sleeper.id : names.find(name => root().system.get(name) !== undefined);
    if (taken !== undefined) {
      throw new Fault(
        'RESTORE_FAILED',
        `"${sleeper.id}" cannot wake: another actor took the name "${taken}"; stop that one first.`,
        {
          where: sleeper.id,
        },
      );
    }
    return branch;
  }

  #layDown(sleeperUid: string, entry: Entry): void {
    const { write } = this.#options;
    const row = rowOf(entry.ref, entry.parent?.uid);
    write({ type: 'put', key: key.slept(sleeperUid, key.actor(entry.uid)), value: row });
    if (entry.saved) write({ type: 'del', key: key.actor(entry.uid) });
    if (entry.moved) write({ type: 'del', key: key.state(entry.uid) });
    for (const [id, timer] of entry.timers ?? []) {
      const awake = key.timer(entry.uid, id);
      write({ type: 'put', key: key.slept(sleeperUid, awake), value: timer.row });
      write({ type: 'del', key: awake });
    }
    this.#options.steps.release(entry.uid);
  }

  #add(sleeper: Sleeper): void {
    this.#byId.set(sleeper.id, sleeper);
    if (sleeper.due === undefined) return;
    sleeper.cancel = this.#options.clock.at(sleeper.due, () => {
      this.wake(sleeper.id).catch(this.#options.failed);
    });
  }

  #find(name: string): Sleeper | undefined {
    return this.#byId.get(name) ?? [...this.#byId.values()].find(sleeper => sleeper.systemId === name);
  }

  #childOf(name: string): Entry {
    const { actors, root, machine } = this.#options;
    const children = childrenOf(root());
    const ref = children[name] ?? Object.values(children).find(child => child?.systemId === name);
    const entry = ref && actors.entryOf(ref);
    if (entry === undefined) {
      throw new Fault('UNKNOWN_ACTOR', `The root has no child "${name}", awake or asleep.`, { where: name });
    }
    if (registeredLogic(machine, entry.ref.src as string) === undefined) {
      throw new TypeError(`"${name}" has logic given in place; only children spawned by name can sleep.`);
    }
    return entry;
  }
}

function addRow(rows: Map<string, Branch>, uid: string, row: ActorRow): void {
  rows.set(uid, newBranch(uid, row));
}

const childrenOf = (root: AnyActorRef): Record<string, LiveActor | undefined> => root.getSnapshot().children;
