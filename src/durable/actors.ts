/**
 * Who is alive, under which lasting name, and what of them must be written.
 * - A1 an actor keeps its uid for life, restarts and sleep included;
 * - A2 an actor is written only when the chain of its parents holds it: one that was built in a transition that failed
 *   never existed;
 * - A3 an actor that left its parent is erased with its subtree, its timers and its steps in the same batch;
 * - A4 nothing is written for an actor whose snapshot is the one last written.
 */
import type { AnyActorRef, Snapshot } from 'xstate';
import { Fault } from '../model/fault.ts';
import type { Operation } from '../ports/store.ts';
import type { ChangedActor } from './api.ts';
import { key, uidOf } from './keys.ts';
import { rowOf, stateOf } from './record.ts';
import type { Steps } from './steps.ts';
import type { Timer, Timers } from './timers.ts';
import { type Branch, place } from './tree.ts';
import type { LiveActor } from './xstate.ts';

export interface Entry {
  readonly uid: string;
  readonly ref: LiveActor;
  readonly parent: Entry | undefined;
  /** The children its parent was seen to hold, by id, and the object they were read from. */
  kids: Map<string, Entry> | undefined;
  children: object | undefined;
  written: Snapshot<unknown> | undefined;
  /** Has a born row; has a state row beside it. */
  saved: boolean;
  moved: boolean;
  timers: Map<string, Timer> | undefined;
  /** In the list of those to look at when the turn ends. */
  dirty: boolean;
}

interface ActorsOptions {
  views: ((actor: ChangedActor) => Operation[]) | undefined;
  steps: Steps;
  timers: () => Timers;
  born: (entry: Entry) => void;
  /** Told of each actor that is written for the first time or recognised, of each that is let go. */
  wrote: (entry: Entry) => void;
  left: (uid: string, why: 'ended' | 'asleep') => void;
}

export class Actors {
  readonly #options: ActorsOptions;
  readonly #byRef = new Map<object, Entry>();
  readonly #byUid = new Map<string, Entry>();
  #dirty: Entry[] = [];
  /** Uids waiting for the actors XState is rebuilding, by place in the tree. */
  #expected: ReadonlyMap<string, string> | undefined;
  /** Highest id given out, for actors and facts alike. */
  counter = 0;
  /** Actors with a born row. */
  saved = 0;

  constructor(options: ActorsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byUid.size;
  }

  nextId(): string {
    return uidOf(++this.counter);
  }

  entryOf(actor: AnyActorRef | LiveActor): Entry | undefined {
    return this.#byRef.get(actor);
  }

  byUid(uid: string): Entry | undefined {
    return this.#byUid.get(uid);
  }

  entries(): Iterable<Entry> {
    return this.#byUid.values();
  }

  /** Lets `build` make XState rebuild stored actors, which get the uids they had. */
  rebuild<T>(uids: ReadonlyMap<string, string>, build: () => T): T {
    this.#expected = uids;
    try {
      return build();
    } finally {
      this.#expected = undefined;
    }
  }

  /** XState announces an actor from its constructor, parents before their children. */
  announce(ref: LiveActor): void {
    const parent = ref._parent === undefined ? undefined : this.#byRef.get(ref._parent);
    if (ref._parent !== undefined && typeof ref.src !== 'string') {
      throw new Fault(
        'INLINE_ACTOR',
        `The actor "${ref.id}" was spawned from inline logic, which cannot be restored: register it in setup({ actors }) and spawn it by name.`,
        {
          where: `${ref._parent.id}/${ref.id}`,
        },
      );
    }
    const uid = this.#expected?.get(place(parent?.uid, ref.id)) ?? this.nextId();
    const entry: Entry = {
      uid,
      ref,
      parent,
      kids: undefined,
      children: undefined,
      written: undefined,
      saved: false,
      moved: false,
      timers: undefined,
      dirty: true,
    };
    this.#byRef.set(ref, entry);
    this.#byUid.set(uid, entry);
    this.#dirty.push(entry);
    this.#options.born(entry);
  }

  /** Remembers to look at an actor at the end of the turn; false when it is not one of ours any more. */
  mark(actor: LiveActor): boolean {
    const entry = this.#byRef.get(actor);
    if (entry === undefined) return false;
    if (!entry.dirty) {
      entry.dirty = true;
      this.#dirty.push(entry);
    }
    return true;
  }

  /** Recognises restored actors as what the store already holds. */
  adopt(branch: Branch): void {
    // There is one: the branch was verified.
    const entry = this.#byUid.get(branch.uid) as Entry;
    this.#adoptKids(entry);
    if (!branch.rewrite) {
      entry.written = entry.ref.getSnapshot();
    }
    entry.saved = true;
    entry.moved = branch.moved;
    this.saved++;
    this.#options.wrote(entry);
    for (const kid of branch.kids.values()) this.adopt(kid);
  }

  /** Rows of everything that changed since the last call. */
  collect(operations: Operation[]): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const entry of dirty) this.#followChildren(entry, operations);
    for (const entry of dirty) {
      entry.dirty = false;
      if (this.#byUid.get(entry.uid) !== entry) continue;
      if (entry.saved || this.#held(entry)) this.#write(entry, operations);
      else this.#forget(entry);
    }
  }

  /** An actor and all below it as they are now, parents first; those that left in this turn are erased before. */
  subtree(entry: Entry, operations: Operation[]): Entry[] {
    this.#followChildren(entry, operations);
    const below = [...(entry.kids?.values() ?? [])];
    return [entry, ...below.flatMap(kid => this.subtree(kid, operations))];
  }

  /** Takes a child of the root out of the books without erasing its rows: what happens to it is not followed any more. */
  release(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#options.timers().disarmAll(entry);
      if (entry.saved) {
        this.saved--;
        this.#options.left(entry.uid, 'asleep');
      }
      entry.parent?.kids?.delete(entry.ref.id);
      this.#remove(entry);
    }
  }

  #followChildren(entry: Entry, operations: Operation[]): void {
    const { children } = entry.ref.getSnapshot();
    if (children === undefined || children === entry.children || this.#byUid.get(entry.uid) !== entry) return;
    for (const [id, kid] of entry.kids ?? []) {
      if (children[id] === kid.ref) continue;
      entry.kids?.delete(id);
      this.#erase(kid, operations);
    }
    this.#adoptKids(entry);
  }

  #adoptKids(entry: Entry): void {
    const { children } = entry.ref.getSnapshot();
    entry.children = children;
    for (const id in children) {
      const kid = children[id] && this.#byRef.get(children[id]);
      if (kid === undefined) {
        throw new Fault(
          'INLINE_ACTOR',
          `The actor "${id}" has no logic: its source is not registered with its parent, in setup({ actors }) or provide({ actors }).`,
          {
            where: `${entry.ref.id}/${id}`,
          },
        );
      }
      entry.kids ??= new Map();
      entry.kids.set(id, kid);
    }
  }

  #held(entry: Entry): boolean {
    for (let at = entry; at.parent !== undefined; at = at.parent) {
      if (at.parent.kids?.get(at.ref.id) !== at) return false;
      if (at.parent.saved) return true;
    }
    return true;
  }

  #write(entry: Entry, operations: Operation[]): void {
    const snapshot = entry.ref.getSnapshot();
    if (snapshot === entry.written) return;
    const fresh = entry.written === undefined;
    entry.written = snapshot;
    if (fresh) {
      operations.push({ type: 'put', key: key.actor(entry.uid), value: rowOf(entry.ref, entry.parent?.uid) });
      if (entry.moved) operations.push({ type: 'del', key: key.state(entry.uid) });
      if (!entry.saved) {
        this.saved++;
        this.#options.wrote(entry);
      }
      entry.saved = true;
      entry.moved = false;
    } else {
      operations.push({ type: 'put', key: key.state(entry.uid), value: stateOf(entry.ref) });
      entry.moved = true;
    }
    this.#view(entry, operations);
  }

  #view(entry: Entry, operations: Operation[]): void {
    const { views } = this.#options;
    if (views === undefined) return;
    const { id, src } = entry.ref;
    const snapshot = entry.ref.getSnapshot();
    operations.push(...views({ uid: entry.uid, id, src: entry.parent ? (src as string) : null, snapshot }));
  }

  #erase(entry: Entry, operations: Operation[]): void {
    for (const kid of entry.kids?.values() ?? []) this.#erase(kid, operations);
    // The last thing to be seen of an actor that ended in this very turn.
    if (entry.ref.getSnapshot() !== entry.written) this.#view(entry, operations);
    if (entry.saved) {
      operations.push({ type: 'del', key: key.actor(entry.uid) });
      if (entry.moved) operations.push({ type: 'del', key: key.state(entry.uid) });
      this.saved--;
      this.#options.left(entry.uid, 'ended');
    }
    this.#options.steps.erase(entry.uid, operations);
    this.#forget(entry);
  }

  #forget(entry: Entry): void {
    this.#options.timers().forget(entry);
    entry.saved = false;
    this.#remove(entry);
  }

  #remove(entry: Entry): void {
    this.#byRef.delete(entry.ref);
    this.#byUid.delete(entry.uid);
  }
}
