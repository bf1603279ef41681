/** The options an embedding app passes to the durable runtime, and the interface it gets back. */
import type { Actor, AnyActorRef, AnyEventObject, AnyStateMachine, InputFrom, InspectionEvent } from 'xstate';
import type { TroupeError } from '../model/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operation, Store, StoreOpener } from '../ports/store.ts';
import type { ChangedActor } from './changed-actor.ts';
import type { CommandRetention } from './commands.ts';
import type { LargeState } from './large-states.ts';
import type { ActorLifecycleEvent } from './lifecycle-events.ts';
import type { Migration } from './migrations.ts';
import type { ActorSnapshot, SystemSnapshot } from './snapshot.ts';

/** An event that an actor or one of its effects emitted, with its position in the order of all events. */
export interface EmittedEvent {
  /** Sorts by time of emission; never reused. */
  seq: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Persisted identity of the actor. */
  uid: string;
  /** Name of the actor's logic in its parent's setup; null for the root. */
  src: string | null;
  actorId: string;
  event: AnyEventObject;
}

/**
 * Returns the state of an active actor and of the actors below it as the current batch stores it; undefined when there is
 * none. `actor` is a systemId or the id of a child of the root. Recorded results of steps are left out.
 */
export type ReadActor = (actor: string) => ActorSnapshot | undefined;

/** Runs one attempt at an effect. */
export type TraceEffect = <T>(effect: { src: string; key: string }, work: () => Promise<T>) => Promise<T>;

/** Options of `openDurable`. */
export interface DurableOptions<Logic extends AnyStateMachine> {
  /** An open store, which you close yourself, or a function that opens one, which the runtime then closes. */
  store: Store | StoreOpener;
  machine: Logic;
  /** Input of the root machine. Used only when the store is new. */
  input?: InputFrom<Logic>;
  /** Snapshot to start from, instead of `input`. Used only when the store is new. */
  snapshot?: SystemSnapshot;
  clock: Clock;
  /** Returns the identity of a new store, by which it recognises its own snapshots. @default the time */
  createStoreId?: () => string;
  /** How many commits keep a row, by which the loss of one is detected. @default 4096 */
  retainedCommits?: number;
  /** Runs each attempt at an effect; `src` is the name under which its parent registers it. @default calls `work` */
  traceEffect?: TraceEffect;
  /** Begins the key of each effect, so that the effects of several systems differ for a service. @default none */
  effectKeyPrefix?: string;
  /** Machine and id of the instance that the system is, such as `order/17`, for its errors. @default it is none */
  instance?: string;
  /**
   * Returns rows to write in the same batch for an emitted event. With `readActor` they can contain the state of an actor
   * at this commit. Called once for each event, in order, when its batch is collected: it may add rows that the caller has
   * collected since the last call, and must do nothing else.
   */
  deriveEventRows?: (emitted: EmittedEvent, readActor: ReadActor) => Operation[];
  /** Returns rows to write in the same batch for an actor that changed. Must be pure. */
  deriveActorRows?: (actor: ChangedActor) => Operation[];
  /** Receives the actors that changed, in the state that was written, after each commit. */
  onActorsChanged?: (actors: readonly ChangedActor[]) => void;
  /**
   * Receives every event after its commit, in order, at least once across crashes. Resolving acknowledges the events.
   */
  deliver?: (events: EmittedEvent[]) => void | Promise<void>;
  /**
   * How long the keys of commands are kept, by which a repeated command is a duplicate. May change from one opening to
   * the next. @default { count: 4096 }
   */
  keepCommands?: CommandRetention;
  /** By actor source (`root` for the root): converts a state stored by another version to the current version. */
  migrations?: Readonly<Record<string, Migration>>;
  /**
   * Called when the system stops: the root failed or the store rejected a batch. The last commit stays
   * valid.
   */
  onFatal?: (error: TroupeError) => void;
  /** Called once for each actor whose stored state has more than a million characters. @default not reported */
  onLargeState?: (state: LargeState) => void;
  /** Called with what a subscriber or `deliver` threw. @default ignored */
  onListenerError?: (error: unknown) => void;
  inspect?: (event: InspectionEvent) => void;
}

/** Options of `fork`. */
export interface ActorForkOptions {
  /** Id of the new actor among the children of the root. */
  id: string;
  /** @default none, also when the snapshot has one */
  systemId?: string;
}

/** Counters of a durable system since it was opened. */
export interface DurableStats {
  commits: number;
  operations: number;
  /** Bytes of keys and values passed to the store, where the store counts them. */
  bytes: number;
  /** Actors in memory. */
  actors: number;
  passivated: number;
  timers: number;
  /** What the last opening restored, and how long it took in milliseconds. */
  restored: { actors: number; timers: number; ms: number };
}

/** A machine and its actors, kept in a store. */
export interface DurableSystem<Logic extends AnyStateMachine = AnyStateMachine> extends AsyncDisposable {
  readonly root: Actor<Logic>;
  /** Returns the actor registered under `systemId`. @throws {TroupeError} UNKNOWN_ACTOR */
  get(systemId: string): AnyActorRef;
  /**
   * Applies a command once per key. `send` runs immediately and synchronously; the promise resolves when everything
   * it caused is on disk. A key that was applied before, and is still kept (`keepCommands`), resolves as a duplicate
   * without running `send`.
   *
   * The promise rejects with what `send` throws. If it has sent nothing by then, the key stays free. Otherwise what it
   * has sent is kept, together with the key, so that a repetition is a duplicate.
   *
   * @throws {TypeError} for a `send` that returns a promise, for an async one, which is not called, and for a key that is no string, or empty
   */
  command(key: string, send: (root: Actor<Logic>) => void): Promise<{ duplicate: boolean }>;
  /** Resolves when everything that happened before the call is on disk. */
  barrier(): Promise<void>;
  /** Calls `listener` with committed events from now on. The returned function unsubscribes. */
  subscribe(listener: (events: EmittedEvent[]) => void): () => void;
  /**
   * Calls `listener` with actor lifecycle events after each commit, starting with the actors that exist. The returned
   * function unsubscribes.
   */
  subscribeToActors(listener: (events: readonly ActorLifecycleEvent[]) => void): () => void;
  /**
   * Removes a direct child of the root, by id or systemId, with its subtree from memory and from the next start; its
   * rows stay stored. Running effects are aborted and run again under the same keys after activation. A timer that
   * comes due activates the child.
   */
  passivate(id: string): Promise<void>;
  /** Loads a passivated child with the same identities. Does nothing when it is active. */
  activate(id: string): Promise<void>;
  /** Returns the ids of the passivated children. */
  passivated(): string[];
  /**
   * Returns the state of an actor and of the actors below it as one commit leaves it, as plain data. Resolves when that
   * commit is on disk. `actor` is a reference, a systemId, or the id of a child of the root.
   *
   * @default the root
   * @throws {TroupeError} UNKNOWN_ACTOR
   */
  snapshot(actor?: AnyActorRef | string): Promise<SystemSnapshot>;
  /**
   * Restores an actor and the actors below it from a snapshot, in one batch; resolves when that is on disk. The actor may
   * have ended; it keeps its reference and its observers. Timers continue with their remaining time. Effects that were
   * running start again under the same keys, with the steps recorded in the snapshot. Command keys, emitted events and
   * actors elsewhere do not change.
   *
   * @throws {TroupeError} UNKNOWN_ACTOR, RESTORE_FAILED; nothing has changed then
   */
  restore(actor: AnyActorRef | string, snapshot: SystemSnapshot): Promise<void>;
  /**
   * Starts another child of the root from a snapshot; resolves with it when that is on disk. The root's machine must
   * register the logic under its name in the snapshot. All uids are new, so effects run under other keys than those of
   * the original.
   *
   * @throws {TroupeError} RESTORE_FAILED; nothing has changed then
   */
  fork(snapshot: SystemSnapshot, options: ActorForkOptions): Promise<AnyActorRef>;
  /** Commits pending changes, then closes: running effects are aborted, and nothing further is recorded. */
  close(): Promise<void>;
  stats(): DurableStats;
}
