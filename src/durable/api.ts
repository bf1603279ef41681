/** What an embedding app gives to the durable runtime and gets from it. */
import type { Actor, AnyActorRef, AnyEventObject, AnyStateMachine, InputFrom, InspectionEvent } from 'xstate';
import type { TroupeError } from '../model/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Store, StoreOpener } from '../ports/store.ts';
import type { ActorLifecycleEvent } from './lifecycle-events.ts';
import type { Migration } from './migrations.ts';

/** Something an actor emitted (or one of its effects reported), with its place in the order of all facts. */
export interface EmittedEvent {
  /** Sorts by time of emission; never used twice. */
  seq: string;
  at: number;
  /** Persisted identity of the actor. */
  uid: string;
  /** Name under which the actor's parent knows its logic; null for the root. */
  src: string | null;
  actorId: string;
  event: AnyEventObject;
}

export interface ChangedActor {
  uid: string;
  id: string;
  src: string | null;
  snapshot: unknown;
}

export interface DurableOptions<Logic extends AnyStateMachine> {
  /** An opened store stays its owner's to close; an opener is opened and closed by the runtime. */
  store: Store | StoreOpener;
  machine: Logic;
  /** Input of the root machine, used when the store is new. */
  input?: InputFrom<Logic>;
  clock: Clock;
  /** Rows to write in the same batch for what an actor emitted. Pure. */
  deriveEventRows?: (emitted: EmittedEvent) => Operation[];
  /** Rows to write in the same batch for an actor that changed. Pure. */
  deriveActorRows?: (actor: ChangedActor) => Operation[];
  /** Receives every fact after its commit, in order, at least once over crashes; resolving acknowledges. */
  deliver?: (events: EmittedEvent[]) => void | Promise<void>;
  /** By actor source (`root` for the root): turns a state stored by another version into one of this version. */
  migrations?: Readonly<Record<string, Migration>>;
  /** The system is dead: the root failed or the store refused a batch. The last commit stays good. */
  onFatal?: (error: TroupeError) => void;
  /** What a subscriber or the sink threw. @default ignored */
  onListenerError?: (error: unknown) => void;
  inspect?: (event: InspectionEvent) => void;
}

export interface DurableStats {
  commits: number;
  operations: number;
  /** Bytes of keys and values handed to the store, when the store counts them. */
  bytes: number;
  /** Actors in memory. */
  actors: number;
  passivated: number;
  timers: number;
  /** What the last opening brought back, and how long that took. */
  restored: { actors: number; timers: number; ms: number };
}

export interface DurableSystem<Logic extends AnyStateMachine = AnyStateMachine> extends AsyncDisposable {
  readonly root: Actor<Logic>;
  /** The actor registered under `systemId`. @throws {TroupeError} UNKNOWN_ACTOR */
  get(systemId: string): AnyActorRef;
  /**
   * Applies a command once per key: `send` runs at once and synchronously; resolves when everything it caused is on
   * disk. A key that was applied before resolves as a duplicate without running `send`.
   * If `send` throws, the key stays free and the promise rejects with what it threw.
   */
  command(key: string, send: (root: Actor<Logic>) => void): Promise<{ duplicate: boolean }>;
  /** Resolves when everything that happened up to now is on disk. */
  barrier(): Promise<void>;
  /** Calls back with committed facts from now on; the returned function ends it. */
  subscribe(listener: (events: EmittedEvent[]) => void): () => void;
  /** Calls back with what happens to actors, after each commit: first with those there are. The returned function ends it. */
  subscribeToActors(listener: (events: readonly ActorLifecycleEvent[]) => void): () => void;
  /**
   * Puts a direct child of the root to sleep, by id or systemId: its subtree leaves memory and the boot, its rows stay.
   * Effects that were running are aborted and asked again on waking, under the same keys; a timer that comes due wakes it.
   */
  passivate(id: string): Promise<void>;
  /** Brings a sleeping child back with the same identities; nothing happens when it is awake. */
  activate(id: string): Promise<void>;
  /** Ids of the sleeping children. */
  passivated(): string[];
  /** Commits what is pending, then ends: effects are aborted and nothing is recorded any more. */
  close(): Promise<void>;
  stats(): DurableStats;
}
