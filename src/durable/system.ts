/** Opens a durable system: reads the store, rebuilds the actors, and wires the parts that keep them alive. */
import {
  type Actor,
  type AnyActorRef,
  type AnyEventObject,
  type AnyStateMachine,
  createActor,
  type InspectionEvent,
} from 'xstate';
import { Fault } from '../model/fault.ts';
import type { Operation, Store } from '../ports/store.ts';
import { Actors, type Entry } from './actors.ts';
import type { DurableOptions, DurableStats, DurableSystem, EmittedFact } from './api.ts';
import { Commands } from './commands.ts';
import { Committer } from './commit.ts';
import { Facts } from './facts.ts';
import { installHost } from './host.ts';
import { checkImage, isNew, lastCommit, readImage } from './image.ts';
import { Inspection, type Sighting } from './inspection.ts';
import { key, storeFormat } from './keys.ts';
import { rearm, recallSteps, trunkOf } from './restore.ts';
import { Sleepers, sleepable } from './sleep.ts';
import { Steps } from './steps.ts';
import { Timers } from './timers.ts';
import { type Branch, index, nest, verify } from './tree.ts';
import { TurnBook } from './turn.ts';
import { hear, live, stopTree } from './xstate.ts';

/**
 * Opens a durable system on a store: new, from the machine's initial state; otherwise exactly where the last commit left it.
 *
 * @throws {Fault} STORE_FORMAT, STORE_DAMAGED, RESTORE_FAILED, ROOT_FAILED
 */
export async function openDurable<Logic extends AnyStateMachine>(
  options: DurableOptions<Logic>,
): Promise<DurableSystem<Logic>> {
  const owned = typeof options.store === 'function' ? await options.store() : undefined;
  const store = owned ?? (options.store as Store);
  const system = new System(options, store, () => owned?.close());
  try {
    await system.open();
    return system;
  } catch (error) {
    await system.abandon();
    throw error;
  }
}

class System<Logic extends AnyStateMachine> implements DurableSystem<Logic> {
  readonly #options: DurableOptions<Logic>;
  readonly #store: Store;
  readonly #closeStore: () => Promise<void> | undefined;
  readonly #committer: Committer;
  readonly #actors: Actors;
  readonly #steps: Steps;
  readonly #timers: Timers;
  readonly #facts: Facts;
  readonly #inspection: Inspection;
  readonly #commands: Commands;
  readonly #sleepers: Sleepers;
  #root: Actor<Logic> | undefined;
  readonly #turn = new TurnBook(() => this.#timers.workTime());
  #ended = false;
  #closing: Promise<void> | undefined;
  #bytesBefore = 0;
  #restored = { actors: 0, timers: 0, ms: 0 };

  constructor(options: DurableOptions<Logic>, store: Store, closeStore: () => Promise<void> | undefined) {
    this.#options = options;
    this.#store = store;
    this.#closeStore = closeStore;
    const { clock, machine, rows, views, sink, upcasters } = options;
    const write = (operation: Operation) => this.#write(operation);
    const barrier = () => this.barrier();
    const failed = (error: unknown) => this.#fail(error);
    const collect = () => this.#turn.collect(this.#actors, this.#facts, this.#inspection);
    this.#committer = new Committer({ store, collect, failed });
    const onListenerError = (error: unknown) => options.onListenerError?.(error);
    this.#inspection = new Inspection({ now: () => clock.now(), onListenerError });
    this.#steps = new Steps(write);
    this.#actors = new Actors({
      views,
      steps: this.#steps,
      timers: () => this.#timers,
      born: entry => this.#listen(entry),
      wrote: entry => this.#inspection.wrote(entry),
      left: (uid, why) => this.#inspection.left(uid, why),
    });
    this.#timers = new Timers({ clock, write, writeLater: row => this.#turn.addLater(row), actors: this.#actors });
    const acknowledge = (operation: Operation) => this.#turn.add(operation);
    this.#facts = new Facts({ clock, rows, sink, onListenerError, acknowledge });
    this.#commands = new Commands({ write, barrier });
    this.#sleepers = new Sleepers({
      store,
      machine,
      clock,
      actors: this.#actors,
      timers: this.#timers,
      steps: this.#steps,
      upcasters,
      root: () => this.root,
      write,
      barrier,
      failed,
    });
  }

  get root(): Actor<Logic> {
    // There is one before anybody holds the system.
    return this.#root as Actor<Logic>;
  }

  get(systemId: string): AnyActorRef {
    const found: AnyActorRef | undefined = this.root.system.get(systemId);
    if (found !== undefined) return found;
    throw new Fault('UNKNOWN_ACTOR', `No actor is registered under "${systemId}".`, { where: systemId });
  }

  command(name: string, send: (root: Actor<Logic>) => void): Promise<{ duplicate: boolean }> {
    if (this.#ended) return this.barrier().then(() => ({ duplicate: false }));
    return this.#commands.apply(name, () => send(this.root));
  }

  barrier(): Promise<void> {
    return this.#committer.barrier();
  }

  subscribe(listener: (facts: EmittedFact[]) => void): () => void {
    return this.#facts.subscribe(listener);
  }

  watch(listener: (sightings: readonly Sighting[]) => void): () => void {
    this.#committer.touch();
    return this.#inspection.add(listener);
  }

  async passivate(id: string): Promise<void> {
    if (this.#ended) await this.barrier();
    return this.#sleepers.passivate(id);
  }

  async wake(id: string): Promise<void> {
    if (this.#ended) await this.barrier();
    return this.#sleepers.wake(id);
  }

  asleep(): string[] {
    return this.#sleepers.ids();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  stats(): DurableStats {
    return {
      commits: this.#committer.commits,
      operations: this.#committer.operations,
      bytes: (this.#store.bytesWritten ?? 0) - this.#bytesBefore,
      actors: this.#actors.size,
      asleep: this.#sleepers.ids().length,
      timers: this.#timers.count,
      restored: this.#restored,
    };
  }

  async open(): Promise<void> {
    const started = performance.now();
    this.#bytesBefore = this.#store.bytesWritten ?? 0;
    const image = await readImage(this.#store);
    const fresh = isNew(image);
    if (fresh) this.#write({ type: 'put', key: key.format, value: storeFormat });
    else checkImage(image);
    this.#actors.counter = this.#turn.resume(lastCommit(image));
    const trunk = fresh ? undefined : trunkOf(image, this.#options);
    const write = (operation: Operation) => this.#write(operation);
    recallSteps(image, { steps: this.#steps, write });
    this.#commands.load(image.commands);
    for (const [uid, row] of image.sleepers) this.#sleepers.load(uid, row);
    const root = this.#build(trunk);
    // Before anything starts: what starts may at once cancel a timer it had.
    rearm(image, { actors: this.#actors, timers: this.#timers, write, clock: this.#options.clock });
    root.start();
    this.#facts.load(this.#options.sink === undefined ? [] : image.outbox);
    await this.barrier();
    this.#restored = { actors: image.branches.size, timers: this.#timers.count, ms: performance.now() - started };
  }

  /** Gives up an opening that failed; the store stays as it was. */
  async abandon(): Promise<void> {
    this.#end(new Fault('SYSTEM_CLOSED', 'The durable system did not open.'));
    await this.#closeStore();
  }

  #build(trunk: Branch | undefined): Actor<Logic> {
    const { machine, input } = this.#options;
    const logic = sleepable(machine, this.#sleepers);
    const options = {
      ...{ id: 'root', systemId: 'root', input },
      ...(trunk === undefined ? {} : { snapshot: nest(trunk) }),
      inspect: (event: InspectionEvent) => this.#inspect(event),
    };
    const uids = trunk === undefined ? new Map<string, string>() : index(trunk, new Map());
    const root = this.#actors.rebuild(uids, () => createActor(logic, options as never));
    this.#root = root;
    if (trunk !== undefined) {
      verify(live(root), trunk, 'root');
      this.#actors.adopt(trunk);
    }
    installHost(root.system, {
      barrier: () => this.barrier(),
      steps: this.#steps,
      keyOf: actor => this.#entryOf(actor).uid,
      emitted: (actor, event) => this.#emit(this.#entryOf(actor), event),
    });
    root.system.scheduler = this.#timers;
    if (this.#options.inspect === undefined) hear(root.system, event => this.#inspect(event));
    root.subscribe({ error: error => this.#fail(error, 'ROOT_FAILED') });
    return root;
  }

  #inspect(event: InspectionEvent): void {
    if (!this.#ended) {
      if (event.type === '@xstate.actor') {
        this.#actors.announce(live(event.actorRef));
        this.#committer.touch();
      } else if (event.type === '@xstate.snapshot' || event.type === '@xstate.event') {
        // The event too: an action that throws changes an actor without a snapshot event.
        if (this.#actors.mark(live(event.actorRef))) this.#committer.touch();
        this.#inspection.hear(event, ref => this.#actors.entryOf(live(ref))?.uid);
      }
    }
    this.#options.inspect?.(event);
  }

  #listen(entry: Entry): void {
    entry.ref.on('*', event => this.#emit(entry, event));
  }

  #emit(entry: Entry, event: AnyEventObject): void {
    if (this.#ended) return;
    const { id, src } = entry.ref;
    const source = entry.parent === undefined ? null : (src as string);
    const seq = this.#actors.nextId();
    this.#facts.emit({ seq, at: this.#options.clock.now(), uid: entry.uid, src: source, actorId: id, event });
    this.#committer.touch();
  }

  #entryOf(actor: AnyActorRef): Entry {
    const entry = this.#actors.entryOf(actor);
    if (entry !== undefined) return entry;
    throw new Fault('CANCELLED', `The actor "${actor.id}" was stopped.`, { where: actor.id });
  }

  #write(operation: Operation): void {
    if (this.#ended) return;
    this.#turn.add(operation);
    this.#committer.touch();
  }

  async #close(): Promise<void> {
    try {
      if (!this.#ended) {
        for (const entry of this.#actors.entries()) this.#timers.stamp(entry);
        await this.barrier();
        await this.#facts.idle();
        if (!this.#turn.isEmpty) this.#committer.touch();
        await this.barrier();
      }
    } finally {
      this.#end(new Fault('SYSTEM_CLOSED', 'The durable system was closed.'));
      await this.#closeStore();
    }
  }

  #fail(error: unknown, code: 'ROOT_FAILED' | 'INTERNAL' = 'INTERNAL'): void {
    if (this.#ended) return;
    const message = error instanceof Error ? error.message : String(error);
    const fault = Fault.is(error) && code !== 'ROOT_FAILED' ? error : new Fault(code, message, { cause: error });
    this.#end(fault);
    this.#options.onFatal?.(fault);
  }

  /** From here on nothing is recorded: what stopping does to the actors never reaches the store. */
  #end(reason: Fault): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#committer.end(reason);
    for (const entry of this.#actors.entries()) this.#timers.disarmAll(entry);
    this.#sleepers.end();
    this.#facts.end();
    this.#inspection.end();
    if (this.#root !== undefined) stopTree(live(this.#root) as never);
  }
}
