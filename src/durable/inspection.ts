/**
 * What happens to actors, told to whoever looks on, after it is on disk.
 * - I1 a listener first gets the actors there are, then every turn that is committed, in order, none twice;
 * - I2 within a turn: who was born, then what was received and where it led, then who left;
 * - I3 of an actor that never came to exist nothing is told;
 * - I4 while nobody listens it costs one comparison per event.
 */
import type { AnyEventObject, InspectionEvent, Snapshot } from 'xstate';
import type { Actors, Entry } from './actors.ts';
import { type Chart, chartOf } from './chart.ts';
import { type ActorState, stateOf, stateOfSnapshot } from './record.ts';
import type { LiveActor } from './xstate.ts';

export type Sighting =
  /** The chart that actors with this number follow; told before the first of them. */
  | { type: 'chart'; chart: number; drawing: Chart }
  | {
      type: 'born';
      uid: string;
      /** Uid of the parent; null for the root. */
      parent: string | null;
      id: string;
      src: string | null;
      systemId: string | null;
      /** Null for logic that is not a machine. */
      chart: number | null;
      state: ActorState;
    }
  /** `from` is null when the event came from outside of the system. */
  | { type: 'received'; uid: string; from: string | null; event: AnyEventObject; at: number }
  | { type: 'moved'; uid: string; state: ActorState; at: number }
  | { type: 'gone'; uid: string; why: 'ended' | 'asleep' };

type Heard =
  | { type: 'received'; uid: string; from: string | null; event: AnyEventObject; at: number }
  | { type: 'moved'; uid: string; ref: LiveActor; snapshot: Snapshot<unknown>; at: number };

interface Listener {
  tell(sightings: readonly Sighting[]): void;
  /** Has been given the actors there are. */
  isIn: boolean;
  charts: Set<number>;
}

export class Inspection {
  readonly #now: () => number;
  readonly #onListenerError: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();
  /** Charts are numbered by logic: actors of one logic share theirs. */
  readonly #charts = new Map<object, { number: number; drawing: Chart }>();
  #heard: Heard[] = [];
  #born: Entry[] = [];
  #gone: Sighting[] = [];

  constructor(options: { now: () => number; onListenerError: (error: unknown) => void }) {
    this.#now = options.now;
    this.#onListenerError = options.onListenerError;
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  add(tell: (sightings: readonly Sighting[]) => void): () => void {
    const listener: Listener = { tell, isIn: false, charts: new Set() };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (!this.isWatched) this.#clear();
    };
  }

  hear(event: InspectionEvent, uidOf: (ref: object) => string | undefined): void {
    if (!this.isWatched) return;
    const uid = uidOf(event.actorRef);
    if (uid === undefined) return;
    const at = this.#now();
    if (event.type === '@xstate.event') {
      const from = event.sourceRef === undefined ? undefined : uidOf(event.sourceRef);
      this.#heard.push({ type: 'received', uid, from: from ?? null, event: event.event, at });
    } else if (event.type === '@xstate.snapshot') {
      const ref = event.actorRef as unknown as LiveActor;
      this.#heard.push({ type: 'moved', uid, ref, snapshot: event.snapshot, at });
    }
  }

  wrote(entry: Entry): void {
    if (this.isWatched) this.#born.push(entry);
  }

  left(uid: string, why: 'ended' | 'asleep'): void {
    if (this.isWatched) this.#gone.push({ type: 'gone', uid, why });
  }

  /** Closes the turn; what it returns is called once the turn is on disk. */
  collect(actors: Pick<Actors, 'entries' | 'byUid'>): () => void {
    if (!this.isWatched) return () => {};
    const newcomers = [...this.#listeners].filter(({ isIn }) => !isIn);
    const present = newcomers.length === 0 ? [] : [...actors.entries()].filter(({ saved }) => saved);
    const turn = [...this.#births(this.#born), ...this.#said(actors), ...this.#gone];
    const before = this.#births(present);
    this.#clear();
    for (const listener of newcomers) listener.isIn = true;
    return () => {
      for (const listener of this.#listeners) {
        const sightings = newcomers.includes(listener) ? before : turn;
        if (listener.isIn && (sightings.length > 0 || sightings === before)) this.#tell(listener, sightings);
      }
    };
  }

  end(): void {
    this.#listeners.clear();
    this.#clear();
  }

  #clear(): void {
    this.#heard = [];
    this.#born = [];
    this.#gone = [];
  }

  #tell(listener: Listener, sightings: readonly Sighting[]): void {
    const unknown = [...this.#charts.values()].filter(({ number }) => !listener.charts.has(number));
    for (const { number } of unknown) listener.charts.add(number);
    const charts = unknown.map(({ number, drawing }): Sighting => ({ type: 'chart', chart: number, drawing }));
    try {
      listener.tell([...charts, ...sightings]);
    } catch (error) {
      this.#onListenerError(error);
    }
  }

  #births(entries: readonly Entry[]): Sighting[] {
    return entries.map(({ uid, ref, parent }) => ({
      type: 'born',
      uid,
      parent: parent?.uid ?? null,
      id: ref.id,
      src: parent === undefined ? null : (ref.src as string),
      systemId: ref.systemId ?? null,
      chart: this.#chartOf(ref),
      state: stateOf(ref),
    }));
  }

  #chartOf({ logic }: LiveActor): number | null {
    const known = this.#charts.get(logic);
    if (known !== undefined) return known.number;
    const drawing = chartOf(logic);
    if (drawing === null) return null;
    const number = this.#charts.size + 1;
    this.#charts.set(logic, { number, drawing });
    return number;
  }

  /** What existing actors heard and where it led, and the last of those that left in this turn. */
  #said(actors: Pick<Actors, 'byUid'>): Sighting[] {
    const gone = new Set(this.#gone.map(sighting => (sighting.type === 'gone' ? sighting.uid : '')));
    return this.#heard
      .filter(({ uid }) => gone.has(uid) || actors.byUid(uid)?.saved === true)
      .map(heard => {
        if (heard.type === 'received') return heard;
        const { uid, ref, snapshot, at } = heard;
        return { type: 'moved', uid, state: stateOfSnapshot(ref.logic, snapshot), at };
      });
  }
}
