/** Takes, restores and forks snapshots of an actor given by name or by reference. */
import type { AnyActorRef } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import type { ActorEntry } from './actor-registry.ts';
import type { ActorForkOptions } from './api.ts';
import {
  forkSnapshot,
  type InitialRows,
  loadInitialRows,
  type RestoreTarget,
  restoreSnapshot,
  toInitialRows,
} from './restore-snapshot.ts';
import type { PassivatedActor } from './sleepers.ts';
import type { ActorSnapshot, SystemSnapshot } from './snapshot.ts';
import { findActive } from './substitute.ts';
import { readActor, type SnapshotSource, takeSnapshot } from './take-snapshot.ts';
import { asLiveActor } from './xstate-internals.ts';

export class Snapshots {
  readonly #system: SnapshotSource & RestoreTarget;
  /** Identity of the open store. */
  storeId = '';

  constructor(system: Omit<SnapshotSource & RestoreTarget, 'storeId'>) {
    this.#system = { ...system, storeId: () => this.storeId };
  }

  take(actor: AnyActorRef | string): Promise<SystemSnapshot> {
    return takeSnapshot(this.#system, () => this.#findPassivated(actor) ?? this.#find(actor));
  }

  /** Returns the state of an active actor as the current batch stores it; undefined when no active actor has the name. */
  read(name: string): ActorSnapshot | undefined {
    const ref = this.#findByName(name);
    const entry = ref && this.#system.actors.entryOf(ref);
    return entry && readActor(this.#system, entry);
  }

  async restore(actor: AnyActorRef | string, snapshot: SystemSnapshot): Promise<void> {
    const { barrier, passivation } = this.#system;
    await barrier();
    const passivated = this.#findPassivated(actor);
    if (passivated !== undefined) await passivation.activate(passivated.id);
    await restoreSnapshot(this.#system, this.#find(actor), snapshot);
    await barrier();
  }

  async fork(snapshot: SystemSnapshot, options: ActorForkOptions): Promise<AnyActorRef> {
    const { barrier, root } = this.#system;
    await barrier();
    forkSnapshot(this.#system, snapshot, options);
    const ref: AnyActorRef = root().getSnapshot().children[options.id];
    await barrier();
    return ref;
  }

  /** The rows of the snapshot that a new store starts with. */
  toRoot(snapshot: SystemSnapshot | undefined): InitialRows | undefined {
    return snapshot === undefined ? undefined : toInitialRows(this.#system, snapshot);
  }

  load(rows: InitialRows): void {
    loadInitialRows(this.#system, rows);
  }

  #findPassivated(actor: AnyActorRef | string): PassivatedActor | undefined {
    return typeof actor === 'string' ? this.#system.passivation.sleepers.find(actor) : undefined;
  }

  /** @throws {TroupeError} UNKNOWN_ACTOR */
  #find(actor: AnyActorRef | string): ActorEntry {
    const ref = typeof actor === 'string' ? this.#findByName(actor) : actor;
    const entry = ref && this.#system.actors.entryOf(ref);
    if (entry !== undefined) return entry;
    const name = typeof actor === 'string' ? actor : actor.id;
    throw new TroupeError('UNKNOWN_ACTOR', `No actor of the system is "${name}".`, { where: name });
  }

  /** XState does not find an actor that has ended by its systemId; here it is found. */
  #findByName(name: string): AnyActorRef | undefined {
    const root = this.#system.root();
    const children: Record<string, AnyActorRef> = root.getSnapshot().children;
    const registered: AnyActorRef | undefined =
      findActive(root.system, name) ?? (Object.hasOwn(children, name) ? children[name] : undefined);
    if (registered !== undefined || name === 'root') return registered ?? root;
    return Object.values(children).find(child => asLiveActor(child).systemId === name);
  }
}
