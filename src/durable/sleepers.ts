/**
 * The passivated children of the root, and the events that wait for them. Such an event is written in the batch of the turn
 * that sent it, and deleted in the batch in which the actor receives it.
 */
import type { AnyActorRef, AnyEventObject } from 'xstate';
import type { Operation } from '../ports/store.ts';
import type { PassivatedRow } from './actor-row.ts';
import { key } from './keys.ts';
import { createSubstitute } from './substitute.ts';
import { extendChildren, extendSystem } from './xstate-internals.ts';

export interface PassivatedActor extends PassivatedRow {
  uid: string;
  cancel?: () => void;
  activation?: Promise<void>;
  /** Events that wait, with the keys of their rows. */
  queue?: WaitingEvent[];
}

export interface WaitingEvent {
  at: string;
  event: AnyEventObject;
}

interface Lookup {
  /** Uids of references to actors that were passivated: a machine may hold one in its context. */
  uids: WeakMap<object, string>;
  /** Where XState looks for a child that is not there. */
  missingChildren: object;
  /** Whether XState finds them by their systemIds. */
  isShown: boolean;
}

interface SleepersOptions {
  root: () => AnyActorRef;
  write: (operation: Operation) => void;
  nextId: () => string;
  /** Activates the actor. */
  wake: (actor: PassivatedActor) => void;
}

export class Sleepers {
  readonly #options: SleepersOptions;
  readonly #byId = new Map<string, PassivatedActor>();
  readonly #bySystemId = new Map<string, PassivatedActor>();
  readonly #byUid = new Map<string, PassivatedActor>();
  /** What only a system with passivated children needs. */
  #lookup: Lookup | undefined;

  constructor(options: SleepersOptions) {
    this.#options = options;
  }

  add(actor: PassivatedActor): void {
    this.#byId.set(actor.id, actor);
    this.#byUid.set(actor.uid, actor);
    if (actor.systemId !== undefined) this.#bySystemId.set(actor.systemId, actor);
  }

  remove(actor: PassivatedActor): void {
    this.#byId.delete(actor.id);
    this.#byUid.delete(actor.uid);
    if (actor.systemId !== undefined) this.#bySystemId.delete(actor.systemId);
  }

  ids(): string[] {
    return [...this.#byId.keys()];
  }

  get size(): number {
    return this.#byId.size;
  }

  list(): PassivatedActor[] {
    return [...this.#byId.values()];
  }

  /** Finds one by id or systemId. */
  find(name: string): PassivatedActor | undefined {
    return this.#byId.get(name) ?? this.#bySystemId.get(name);
  }

  has(uid: string): boolean {
    return this.#byUid.has(uid);
  }

  /** The uid of a substitute, or of a reference to an actor from before it was passivated. */
  uidOf(ref: object): string | undefined {
    return this.#lookup?.uids.get(ref);
  }

  /** Keeps the uid of a reference whose actor is being passivated. */
  remember(ref: object, uid: string): void {
    this.#look().uids.set(ref, uid);
  }

  /** Lets XState find the passivated actors under their systemIds. */
  showIn(system: AnyActorRef['system']): void {
    const lookup = this.#look();
    if (lookup.isShown) return;
    lookup.isShown = true;
    extendSystem(system, systemId => this.#substituteOf(this.#bySystemId.get(systemId)));
  }

  /** Lets XState find them among the children of the root. */
  showAmong(children: object): void {
    if (this.#byId.size === 0) return;
    extendChildren(children, this.#look().missingChildren);
  }

  /** Stores an event and activates its receiver. Does nothing if no passivated actor has the uid. */
  receive(uid: string, event: AnyEventObject): void {
    const actor = this.#byUid.get(uid);
    if (actor === undefined) return;
    const at = key.waitingEvent(uid, this.#options.nextId());
    this.#options.write({ type: 'put', key: at, value: event });
    actor.queue ??= [];
    actor.queue.push({ at, event });
    this.#options.wake(actor);
  }

  /** Returns the events that wait for an actor, and deletes their rows. */
  takeQueue(actor: PassivatedActor): AnyEventObject[] {
    const queue = actor.queue ?? [];
    delete actor.queue;
    for (const { at } of queue) this.#options.write({ type: 'del', key: at });
    return queue.map(({ event }) => event);
  }

  #look(): Lookup {
    const get = (target: object, name: string | symbol) =>
      (typeof name === 'string' && this.#substituteOf(this.#byId.get(name))) || Reflect.get(target, name);
    this.#lookup ??= { uids: new WeakMap(), missingChildren: new Proxy({}, { get }), isShown: false };
    return this.#lookup;
  }

  #substituteOf(actor: PassivatedActor | undefined): AnyActorRef | undefined {
    if (actor === undefined) return undefined;
    const { id, uid, systemId } = actor;
    const receive = (event: AnyEventObject) => this.receive(uid, event);
    const substitute = createSubstitute({ id, uid, systemId, parent: this.#options.root(), receive });
    this.#look().uids.set(substitute, uid);
    return substitute;
  }
}
