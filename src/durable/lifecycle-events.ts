/**
 * Reports the lifecycle of actors to listeners, after the commit.
 * - I1 a listener first receives the existing actors, then every committed tick, in order, none twice;
 * - I2 within a tick: actors that started, then events received and the states they led to, then actors that stopped;
 * - I3 an actor that never came to exist is not reported;
 * - I4 without listeners it costs one comparison per event.
 */
import type { InspectionEvent, Snapshot } from 'xstate';
import type { ActorEntry, ActorRegistry } from './actor-registry.ts';
import { type PersistedState, persistedStateOf, toPersistedState } from './actor-row.ts';
import type { ActorStarted, ActorStopped, MessageReceived } from './actor-state.ts';
import { type Chart, chartOf } from './chart.ts';
import type { LiveActor } from './xstate-internals.ts';

/** What happened to an actor, as listeners in the same process receive it. `at` is in milliseconds since the epoch. */
export type ActorLifecycleEvent =
  /** The chart of the actors with this number; reported before the first of them. */
  | { type: 'chart'; chart: number; definition: Chart }
  | ActorStarted<PersistedState>
  | MessageReceived
  | { type: 'transitioned'; uid: string; state: PersistedState; at: number }
  | ActorStopped;

type ObservedChange =
  | MessageReceived
  | { type: 'transitioned'; uid: string; ref: LiveActor; snapshot: Snapshot<unknown>; at: number };

interface ActorListener {
  notify(events: readonly ActorLifecycleEvent[]): void;
  /** The listener has received the existing actors. */
  hasSnapshot: boolean;
  charts: Set<number>;
}

interface LifecycleEventsOptions {
  now: () => number;
  /** Returns the uid of an actor that exists. */
  uidOf: (ref: object) => string | undefined;
  onListenerError: (error: unknown) => void;
}

export class LifecycleEvents {
  readonly #now: () => number;
  readonly #uidOf: (ref: object) => string | undefined;
  readonly #onListenerError: (error: unknown) => void;
  readonly #listeners = new Set<ActorListener>();
  /** Charts are numbered by logic; actors with the same logic share a chart. */
  readonly #charts = new Map<object, { number: number; definition: Chart }>();
  #changes: ObservedChange[] = [];
  #started: ActorEntry[] = [];
  #stopped: ActorLifecycleEvent[] = [];
  #restored: ActorLifecycleEvent[] = [];

  constructor(options: LifecycleEventsOptions) {
    this.#now = options.now;
    this.#uidOf = options.uidOf;
    this.#onListenerError = options.onListenerError;
  }

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  subscribe(notify: (events: readonly ActorLifecycleEvent[]) => void): () => void {
    const listener: ActorListener = { notify, hasSnapshot: false, charts: new Set() };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (!this.hasListeners) this.#clear();
    };
  }

  observe(event: InspectionEvent): void {
    if (!this.hasListeners) return;
    const uidOf = this.#uidOf;
    const uid = uidOf(event.actorRef);
    if (uid === undefined) return;
    const at = this.#now();
    if (event.type === '@xstate.event') {
      const from = event.sourceRef === undefined ? undefined : uidOf(event.sourceRef);
      this.#changes.push({ type: 'received', uid, from: from ?? null, event: event.event, at });
    } else if (event.type === '@xstate.snapshot') {
      const ref = event.actorRef as unknown as LiveActor;
      this.#changes.push({ type: 'transitioned', uid, ref, snapshot: event.snapshot, at });
    }
  }

  actorStored(entry: ActorEntry): void {
    if (this.hasListeners) this.#started.push(entry);
  }

  actorRemoved(uid: string, why: 'ended' | 'passivated' | 'restored'): void {
    if (!this.hasListeners) return;
    if (why !== 'restored') {
      this.#stopped.push({ type: 'stopped', uid, why });
      return;
    }
    this.#restored.push({ type: 'stopped', uid, why });
    // Its changes in this tick are undone, and an actor with its uid may start again.
    this.#changes = this.#changes.filter(change => change.uid !== uid);
    this.#started = this.#started.filter(entry => entry.uid !== uid);
  }

  /** Called when an actor was restored. */
  actorRestored(entry: ActorEntry): void {
    if (!this.hasListeners) return;
    const { uid, ref } = entry;
    this.#changes.push({ type: 'transitioned', uid, ref, snapshot: ref.getSnapshot(), at: this.#now() });
  }

  /** Closes the tick. Call the returned function once the tick is on disk; undefined without a listener. */
  collect(actors: Pick<ActorRegistry, 'entries' | 'byUid'>): (() => void) | undefined {
    if (!this.hasListeners) return undefined;
    const newcomers = [...this.#listeners].filter(({ hasSnapshot }) => !hasSnapshot);
    const existing = newcomers.length === 0 ? [] : [...actors.entries()].filter(({ isStored }) => isStored);
    const started = this.#startedEvents(this.#started);
    const events = [...this.#restored, ...started, ...this.#changeEvents(actors), ...this.#stopped];
    const snapshot = this.#startedEvents(existing);
    this.#clear();
    for (const listener of newcomers) listener.hasSnapshot = true;
    return () => {
      for (const listener of this.#listeners) {
        const batch = newcomers.includes(listener) ? snapshot : events;
        if (listener.hasSnapshot && (batch.length > 0 || batch === snapshot)) this.#notify(listener, batch);
      }
    };
  }

  end(): void {
    this.#listeners.clear();
    this.#clear();
  }

  #clear(): void {
    this.#changes = [];
    this.#started = [];
    this.#stopped = [];
    this.#restored = [];
  }

  #notify(listener: ActorListener, events: readonly ActorLifecycleEvent[]): void {
    const missing = [...this.#charts.values()].filter(({ number }) => !listener.charts.has(number));
    for (const { number } of missing) listener.charts.add(number);
    const charts = missing.map(
      ({ number, definition }): ActorLifecycleEvent => ({ type: 'chart', chart: number, definition }),
    );
    try {
      listener.notify([...charts, ...events]);
    } catch (error) {
      this.#onListenerError(error);
    }
  }

  #startedEvents(entries: readonly ActorEntry[]): ActorLifecycleEvent[] {
    return entries.map(({ uid, ref, parent }) => ({
      type: 'started',
      uid,
      parent: parent?.uid ?? null,
      id: ref.id,
      src: parent === undefined ? null : (ref.src as string),
      systemId: ref.systemId ?? null,
      chart: this.#chartOf(ref),
      state: persistedStateOf(ref),
    }));
  }

  #chartOf({ logic }: LiveActor): number | null {
    const existing = this.#charts.get(logic);
    if (existing !== undefined) return existing.number;
    const definition = chartOf(logic);
    if (definition === null) return null;
    const number = this.#charts.size + 1;
    this.#charts.set(logic, { number, definition });
    return number;
  }

  /**
   * The events that existing actors received with the resulting states, and the last ones of actors that stopped in
   * this tick.
   */
  #changeEvents(actors: Pick<ActorRegistry, 'byUid'>): ActorLifecycleEvent[] {
    const stopped = new Set(this.#stopped.map(event => (event.type === 'stopped' ? event.uid : '')));
    return this.#changes
      .filter(({ uid }) => stopped.has(uid) || actors.byUid(uid)?.isStored === true)
      .map(change => {
        if (change.type === 'received') return change;
        const { uid, ref, snapshot, at } = change;
        return { type: 'transitioned', uid, state: toPersistedState(ref.logic, snapshot), at };
      });
  }
}
