/** A durable system: reads the store, rebuilds the actors, and connects the parts of the runtime. */
import type { Actor, AnyActorRef, AnyEventObject, AnyStateMachine, InspectionEvent } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import type { Operation, Store } from '../ports/store.ts';
import { type ActorEntry, ActorRegistry } from './actor-registry.ts';
import type { ActorNode } from './actor-tree.ts';
import type { ActorForkOptions, DurableOptions, DurableStats, DurableSystem, EmittedEvent } from './api.ts';
import { findRest, type Rest } from './at-rest.ts';
import { ChangedActors } from './changed-actor.ts';
import { Commands } from './commands.ts';
import { Committer } from './committer.ts';
import { createEffects } from './create-effects.ts';
import { createRoot } from './create-root.ts';
import { notOpen, toFailure } from './failure.ts';
import { retainedCommits as commitRows } from './keys.ts';
import { type ActorLifecycleEvent, LifecycleEvents } from './lifecycle-events.ts';
import { nameActor } from './not-storable.ts';
import { Outbox } from './outbox.ts';
import { Passivation, withPassivation } from './passivation.ts';
import { PendingBatch } from './pending-batch.ts';
import { loadRootNode, loadSteps, rearmTimers } from './restore.ts';
import type { SystemSnapshot } from './snapshot.ts';
import { Snapshots } from './snapshots.ts';
import { Steps } from './steps.ts';
import { lastCommit, openStoredState } from './stored-state.ts';
import { getActive } from './substitute.ts';
import { Timers } from './timers.ts';
import { asLiveActor, stopAll } from './xstate-internals.ts';

export class RunningSystem<Logic extends AnyStateMachine> implements DurableSystem<Logic> {
  readonly #options: DurableOptions<Logic>;
  readonly #store: Store;
  readonly #closeStore: () => Promise<void> | undefined;
  readonly #committer: Committer;
  readonly #actors: ActorRegistry;
  readonly #steps: Steps;
  readonly #timers: Timers;
  readonly #outbox: Outbox;
  readonly #lifecycleEvents: LifecycleEvents;
  readonly #commands: Commands;
  readonly #passivation: Passivation;
  readonly #snapshots: Snapshots;
  #root: Actor<Logic> | undefined;
  readonly #pendingBatch: PendingBatch;
  #ended = false;
  #closing: Promise<void> | undefined;
  #initialBytes = 0;
  #restored = { actors: 0, timers: 0, ms: 0 };

  constructor(options: DurableOptions<Logic>, store: Store, closeStore: () => Promise<void> | undefined) {
    this.#options = options;
    this.#store = store;
    this.#closeStore = closeStore;
    const { clock, machine, deriveEventRows, deliver, migrations, instance, keepCommands: keep } = options;
    const { retainedCommits = commitRows } = options;
    const write = (operation: Operation) => this.#write(operation);
    const barrier = () => this.barrier();
    const failed = (error: unknown) => this.#fail(error);
    const batchFailed = (error: unknown) => failed(nameActor(error, this.#actors, instance));
    this.#committer = new Committer({ store, collect: () => this.#pendingBatch.collect(), failed: batchFailed });
    store.onLost?.(failed);
    const onListenerError = (error: unknown) => options.onListenerError?.(error);
    const uidOf = (ref: object) => this.#actors.entryOf(asLiveActor(ref))?.uid;
    const lifecycleEvents = new LifecycleEvents({ now: () => clock.now(), uidOf, onListenerError });
    const steps = new Steps(write);
    const onRevived = (entry: ActorEntry) => this.#follow(entry);
    const onStored = (entry: ActorEntry) => lifecycleEvents.actorStored(entry);
    const onRemoved: LifecycleEvents['actorRemoved'] = (uid, why) => lifecycleEvents.actorRemoved(uid, why);
    const [changed, timersOf] = [new ChangedActors(options), () => this.#timers];
    const actors = new ActorRegistry({ changed, steps, timers: timersOf, onCreated: onRevived, onStored, onRemoved });
    const writeWithNextCommit = (operation: Operation) => this.#pendingBatch.addToNextCommit(operation);
    const sleepers = () => this.#passivation.sleepers;
    const timers = new Timers({ clock, write, writeWithNextCommit, actors, sleepers });
    const acknowledge = (operation: Operation) => this.#pendingBatch.add(operation);
    const readActor = (name: string) => this.#snapshots.read(name);
    const outbox = new Outbox({ clock, deriveEventRows, readActor, deliver, onListenerError, acknowledge });
    const onAdded = () => this.#committer.markDirty();
    const commands = new Commands({ write, onAdded, slots: retainedCommits, barrier, clock, keep });
    const time = () => timers.timeIfRunning();
    this.#pendingBatch = new PendingBatch({ actors, outbox, lifecycleEvents, commands, time, retainedCommits });
    const parts = { store, machine, clock, migrations, write, barrier, root: () => this.root, actors, timers, steps };
    const passivation = new Passivation({ ...parts, onError: failed });
    const commit = () => this.#pendingBatch.commit;
    const committed = { passivation, committer: this.#committer, lifecycleEvents, commit };
    this.#snapshots = new Snapshots({ ...parts, ...committed, onTorn: failed, onRevived });
    [this.#lifecycleEvents, this.#steps, this.#actors, this.#timers] = [lifecycleEvents, steps, actors, timers];
    [this.#outbox, this.#commands, this.#passivation] = [outbox, commands, passivation];
  }

  get root(): Actor<Logic> {
    // The root is set before the constructor's caller gets the system.
    return this.#root as Actor<Logic>;
  }

  get(systemId: string): AnyActorRef {
    return getActive(this.root.system, systemId);
  }

  command(name: string, send: (root: Actor<Logic>) => void): Promise<{ duplicate: boolean }> {
    if (this.#ended) return this.barrier().then(() => ({ duplicate: false }));
    return this.#commands.apply(name, send, this.root);
  }

  barrier(): Promise<void> {
    return this.#committer.barrier();
  }

  subscribe(listener: (events: EmittedEvent[]) => void): () => void {
    return this.#outbox.subscribe(listener);
  }

  subscribeToActors(listener: (events: readonly ActorLifecycleEvent[]) => void): () => void {
    this.#committer.markDirty();
    return this.#lifecycleEvents.subscribe(listener);
  }

  async passivate(id: string): Promise<void> {
    if (this.#ended) await this.barrier();
    return this.#passivation.passivate(id);
  }

  async activate(id: string): Promise<void> {
    if (this.#ended) await this.barrier();
    return this.#passivation.activate(id);
  }

  passivated(): string[] {
    return this.#passivation.sleepers.ids();
  }

  snapshot(actor: AnyActorRef | string = this.root): Promise<SystemSnapshot> {
    return this.#snapshots.take(actor);
  }

  restore(actor: AnyActorRef | string, snapshot: SystemSnapshot): Promise<void> {
    return this.#snapshots.restore(actor, snapshot);
  }

  fork(snapshot: SystemSnapshot, options: ActorForkOptions): Promise<AnyActorRef> {
    return this.#snapshots.fork(snapshot, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Returns what ends the rest of a system in which nothing runs or is written; undefined for any other. */
  rest(): Rest | undefined {
    const isBusy = this.#ended || !this.#committer.isIdle;
    return isBusy ? undefined : findRest(this.#actors.entries(), this.#options.clock.now());
  }

  /** The actors in memory. */
  get actors(): Pick<ActorRegistry, 'entries' | 'byUid'> {
    return this.#actors;
  }

  stats(): DurableStats {
    return {
      commits: this.#committer.commits,
      operations: this.#committer.operations,
      bytes: (this.#store.bytesWritten ?? 0) - this.#initialBytes,
      actors: this.#actors.size,
      passivated: this.#passivation.sleepers.size,
      timers: this.#timers.count,
      restored: this.#restored,
    };
  }

  async open(): Promise<void> {
    const started = performance.now();
    this.#initialBytes = this.#store.bytesWritten ?? 0;
    const write = (operation: Operation) => this.#write(operation);
    const { clock, createStoreId = () => String(clock.now()), retainedCommits } = this.#options;
    const { stored, isNew, id } = await openStoredState(this.#store, { write, createStoreId, retainedCommits });
    this.#snapshots.storeId = id;
    this.#actors.counter = this.#pendingBatch.resume(lastCommit(stored));
    const initial = isNew ? this.#snapshots.toRoot(this.#options.snapshot) : undefined;
    const rootNode = isNew ? initial?.root.node : loadRootNode(stored, this.#options);
    loadSteps(stored, { steps: this.#steps, write });
    this.#commands.load(stored.commands);
    for (const [uid, row] of stored.passivated) this.#passivation.load(uid, row, stored.waiting.get(uid));
    const root = this.#createRoot(rootNode, !isNew);
    // Do this before the start: a starting actor may cancel a timer at once.
    const { sleepers } = this.#passivation;
    rearmTimers(stored, { actors: this.#actors, sleepers, timers: this.#timers, write, clock });
    if (initial !== undefined) this.#snapshots.load(initial);
    root.start();
    this.#outbox.load(this.#options.deliver === undefined ? [] : stored.outbox);
    this.#passivation.wakeWaiting();
    await this.barrier();
    this.#restored = { actors: stored.actors.size, timers: this.#timers.count, ms: performance.now() - started };
  }

  /** Ends a system whose opening failed, or that rests, at once; the store stays unchanged. */
  async abandon(): Promise<void> {
    this.#end(notOpen);
    await this.#closeStore();
  }

  #createRoot(node: ActorNode | undefined, isStored: boolean): Actor<Logic> {
    const { clock, machine, input, inspect, effectKeyPrefix: keyPrefix, traceEffect, instance } = this.#options;
    const [actors, timers, steps] = [this.#actors, this.#timers, this.#steps];
    const barrier = () => this.barrier();
    const emit = (entry: ActorEntry, event: AnyEventObject) => this.#emit(entry, event);
    const effects = createEffects({ clock, steps, actors, keyPrefix, traceEffect, barrier, emit });
    const logic = withPassivation(machine, this.#passivation);
    const onInspection = (event: InspectionEvent) => this.#inspect(event);
    const onCreated = (root: Actor<Logic>) => {
      this.#root = root;
      if (this.#passivation.sleepers.size > 0) this.#passivation.sleepers.showIn(root.system);
    };
    const observed = { isInspected: inspect !== undefined, onInspection, onCreated };
    return createRoot({ ...observed, input, node, isStored, instance, actors, timers, logic, effects });
  }

  #inspect(event: InspectionEvent): void {
    if (!this.#ended) {
      if (event.type === '@xstate.actor') {
        this.#actors.register(asLiveActor(event.actorRef));
        this.#committer.markDirty();
      } else if (event.type === '@xstate.snapshot' || event.type === '@xstate.event') {
        if (event.type === '@xstate.event') this.#commands.eventSent();
        // Also for events: an action that throws changes an actor without a snapshot event.
        if (this.#actors.markDirty(asLiveActor(event.actorRef))) this.#committer.markDirty();
        else if (event.type === '@xstate.event') this.#passivation.forward(event.actorRef, event.event);
        this.#lifecycleEvents.observe(event);
      }
    }
    this.#options.inspect?.(event);
  }

  /** Forwards what an actor emits, and the failure of the root. An actor that has ended needs this again. */
  #follow(entry: ActorEntry): void {
    entry.ref.on('*', event => this.#emit(entry, event));
    if (entry.parent === undefined) entry.ref.subscribe({ error: error => this.#fail(error, 'ROOT_FAILED') });
  }

  #emit({ uid, ref, parent }: ActorEntry, event: AnyEventObject): void {
    if (this.#ended) return;
    const src = parent === undefined ? null : (ref.src as string);
    this.#outbox.emit({ seq: this.#actors.nextId(), at: this.#options.clock.now(), uid, src, actorId: ref.id, event });
    this.#committer.markDirty();
  }

  #write(operation: Operation): void {
    if (this.#ended) return;
    this.#pendingBatch.add(operation);
    this.#committer.markDirty();
  }

  async #close(): Promise<void> {
    try {
      if (!this.#ended) {
        for (const entry of this.#actors.entries()) this.#timers.writeRunning(entry);
        await this.barrier();
        await this.#outbox.idle();
        if (!this.#pendingBatch.isEmpty) this.#committer.markDirty();
        await this.barrier();
      }
    } finally {
      this.#end(new TroupeError('SYSTEM_CLOSED', 'The durable system was closed.'));
      await this.#closeStore();
    }
  }

  #fail(error: unknown, code: 'ROOT_FAILED' | 'INTERNAL' = 'INTERNAL'): void {
    if (this.#ended) return;
    const failure = toFailure(error, code, this.#options.instance);
    this.#end(failure);
    this.#options.onFatal?.(failure);
  }

  /** From here on nothing is recorded: stopping the actors must not reach the store. */
  #end(reason: TroupeError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#committer.end(reason);
    for (const entry of this.#actors.entries()) this.#timers.disarmAll(entry);
    this.#passivation.end();
    this.#outbox.end();
    this.#lifecycleEvents.end();
    if (this.#root !== undefined) stopAll(asLiveActor(this.#root) as never);
  }
}
