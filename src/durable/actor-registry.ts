/**
 * Knows every live actor, its permanent uid, and which of its rows must be written.
 * - A1 an actor keeps its uid for its whole life, across restarts and passivation;
 * - A2 an actor is written only when it is reachable through its chain of parents: an actor built in a transition
 *   that failed never existed;
 * - A3 an actor that left its parent is erased in the same batch, with its subtree, its timers and its steps;
 * - A4 nothing is written for an actor whose snapshot equals the last one written.
 */
import type { AnyActorRef, Snapshot } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import type { Operation } from '../ports/store.ts';
import { persistedStateOf, type TimerRow, toActorRow } from './actor-row.ts';
import type { ActorNode, ExpectedActors } from './actor-tree.ts';
import type { ChangedActors } from './changed-actor.ts';
import { formatUid, key } from './keys.ts';
import type { Steps } from './steps.ts';
import type { LiveActor } from './xstate-internals.ts';

/** A running timer of an actor. */
export interface ActorTimer {
  row: TimerRow;
  cancel: () => void;
}

/** The part of the timers that ends with actors. */
interface TimerOwner {
  disarmAll(from: ActorEntry): void;
  eraseAll(from: ActorEntry): void;
}

export interface ActorEntry {
  readonly uid: string;
  readonly ref: LiveActor;
  readonly parent: ActorEntry | undefined;
  /** The children seen in its parent's snapshot, by id, and the object they were read from. */
  childEntries: Map<string, ActorEntry> | undefined;
  knownChildren: object | undefined;
  lastWritten: Snapshot<unknown> | undefined;
  /** The store has a row of its start, and possibly a row of its later state. */
  isStored: boolean;
  hasStateRow: boolean;
  timers: Map<string, ActorTimer> | undefined;
  /** The actor is in the list to check at the end of the tick. */
  isDirty: boolean;
}

interface ActorRegistryOptions {
  changed: ChangedActors;
  steps: Steps;
  timers: () => TimerOwner;
  onCreated: (entry: ActorEntry) => void;
  /**
   * Called for each actor that is written for the first time or matched to a stored one, and for each that is
   * removed.
   */
  onStored: (entry: ActorEntry) => void;
  onRemoved: (uid: string, why: 'ended' | 'passivated' | 'restored') => void;
}

export class ActorRegistry {
  readonly #options: ActorRegistryOptions;
  readonly changed: ChangedActors;
  readonly #byRef = new Map<object, ActorEntry>();
  readonly #byUid = new Map<string, ActorEntry>();
  #dirty: ActorEntry[] = [];
  /** The actors that XState is restoring. */
  #expected: ExpectedActors | undefined;
  /** The highest id assigned, for actors and events alike. */
  counter = 0;
  /** Number of actors with a stored row. */
  storedCount = 0;

  constructor(options: ActorRegistryOptions) {
    this.#options = options;
    this.changed = options.changed;
  }

  get size(): number {
    return this.#byUid.size;
  }

  nextId(): string {
    return formatUid(++this.counter);
  }

  entryOf(actor: AnyActorRef | LiveActor): ActorEntry | undefined {
    return this.#byRef.get(actor);
  }

  byUid(uid: string): ActorEntry | undefined {
    return this.#byUid.get(uid);
  }

  entries(): Iterable<ActorEntry> {
    return this.#byUid.values();
  }

  /** Runs `build`, in which XState rebuilds stored actors; they get the uids they had. */
  rebuild<T>(expected: ExpectedActors | undefined, build: () => T): T {
    this.#expected = expected;
    try {
      return build();
    } finally {
      this.#expected = undefined;
    }
  }

  /** XState announces an actor in its constructor, parents before children. */
  register(ref: LiveActor): void {
    const parent = ref._parent === undefined ? undefined : this.#byRef.get(ref._parent);
    if (ref._parent !== undefined && typeof ref.src !== 'string') {
      throw new TroupeError(
        'INLINE_ACTOR',
        `The actor "${ref.id}" was spawned from inline logic, which cannot be restored: register it in setup({ actors }) and spawn it by name.`,
        {
          where: `${ref._parent.id}/${ref.id}`,
        },
      );
    }
    const uid = this.#expected?.uidOf(parent?.uid, ref.id) ?? this.nextId();
    const entry: ActorEntry = {
      uid,
      ref,
      parent,
      childEntries: undefined,
      knownChildren: undefined,
      lastWritten: undefined,
      isStored: false,
      hasStateRow: false,
      timers: undefined,
      isDirty: true,
    };
    this.#byRef.set(ref, entry);
    this.#byUid.set(uid, entry);
    this.#dirty.push(entry);
    this.#options.onCreated(entry);
  }

  /** Marks an actor to be checked at the end of the tick. Returns false when the actor is no longer registered. */
  markDirty(actor: LiveActor): boolean {
    const entry = this.#byRef.get(actor);
    if (entry === undefined) return false;
    if (!entry.isDirty) {
      entry.isDirty = true;
      this.#dirty.push(entry);
    }
    return true;
  }

  /** Matches restored actors to their stored rows. */
  adopt(node: ActorNode): void {
    // Exists: the tree was verified.
    const entry = this.#byUid.get(node.uid) as ActorEntry;
    this.#adoptChildren(entry);
    if (!node.needsRewrite) {
      entry.lastWritten = entry.ref.getSnapshot();
    }
    entry.isStored = true;
    entry.hasStateRow = node.hasStateRow;
    this.storedCount++;
    this.#options.onStored(entry);
    for (const child of node.children.values()) this.adopt(child);
  }

  /** Adds the rows of everything that changed since the last call. */
  collect(operations: Operation[]): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const entry of dirty) this.#updateChildren(entry, operations);
    for (const entry of dirty) {
      entry.isDirty = false;
      if (this.#byUid.get(entry.uid) !== entry) continue;
      if (entry.isStored || this.#isReachable(entry)) this.#write(entry, operations);
      else this.#discard(entry);
    }
  }

  /**
   * Returns an actor and its subtree in their current state, parents first. Erases actors that left in this tick
   * first.
   */
  subtree(entry: ActorEntry, operations: Operation[]): ActorEntry[] {
    this.#updateChildren(entry, operations);
    const below = [...(entry.childEntries?.values() ?? [])];
    return [entry, ...below.flatMap(child => this.subtree(child, operations))];
  }

  /** Stops tracking a child of the root without erasing its rows. */
  detach(entries: readonly ActorEntry[]): void {
    for (const entry of entries) {
      this.#options.timers().disarmAll(entry);
      if (entry.isStored) {
        this.storedCount--;
        this.#options.onRemoved(entry.uid, 'passivated');
      }
      entry.parent?.childEntries?.delete(entry.ref.id);
      this.#remove(entry);
    }
  }

  /** Erases the actors below an actor, in memory and in the store; the actor itself is written again as a whole. */
  eraseBelow(entry: ActorEntry, operations: Operation[]): void {
    for (const child of entry.childEntries?.values() ?? []) this.#erase(child, operations, 'restored');
    entry.childEntries = undefined;
    entry.knownChildren = undefined;
    entry.lastWritten = undefined;
    this.markDirty(entry.ref);
  }

  #updateChildren(entry: ActorEntry, operations: Operation[]): void {
    const { children } = entry.ref.getSnapshot();
    if (children === undefined || children === entry.knownChildren || this.#byUid.get(entry.uid) !== entry) return;
    for (const [id, child] of entry.childEntries ?? []) {
      if (children[id] === child.ref) continue;
      entry.childEntries?.delete(id);
      this.#erase(child, operations);
    }
    this.#adoptChildren(entry);
  }

  #adoptChildren(entry: ActorEntry): void {
    const { children } = entry.ref.getSnapshot();
    entry.knownChildren = children;
    for (const id in children) {
      const child = children[id] && this.#byRef.get(children[id]);
      if (child === undefined) {
        throw new TroupeError(
          'INLINE_ACTOR',
          `The actor "${id}" has no logic: its source is not registered with its parent, in setup({ actors }) or provide({ actors }).`,
          {
            where: `${entry.ref.id}/${id}`,
          },
        );
      }
      entry.childEntries ??= new Map();
      entry.childEntries.set(id, child);
    }
  }

  #isReachable(entry: ActorEntry): boolean {
    for (let ancestor = entry; ancestor.parent !== undefined; ancestor = ancestor.parent) {
      if (ancestor.parent.childEntries?.get(ancestor.ref.id) !== ancestor) return false;
      if (ancestor.parent.isStored) return true;
    }
    return true;
  }

  #write(entry: ActorEntry, operations: Operation[]): void {
    const snapshot = entry.ref.getSnapshot();
    if (snapshot === entry.lastWritten) return;
    const isFirst = entry.lastWritten === undefined;
    entry.lastWritten = snapshot;
    if (isFirst) {
      operations.push({ type: 'put', key: key.actor(entry.uid), value: toActorRow(entry.ref, entry.parent?.uid) });
      if (entry.hasStateRow) operations.push({ type: 'del', key: key.state(entry.uid) });
      if (!entry.isStored) {
        this.storedCount++;
        this.#options.onStored(entry);
      }
      entry.isStored = true;
      entry.hasStateRow = false;
    } else {
      operations.push({ type: 'put', key: key.state(entry.uid), value: persistedStateOf(entry.ref) });
      entry.hasStateRow = true;
    }
    this.#deriveRows(entry, operations);
  }

  #deriveRows({ uid, parent, ref }: ActorEntry, operations: Operation[]): void {
    if (!this.changed.isUsed) return;
    const { id, src } = ref;
    this.changed.add({ uid, id, src: parent ? (src as string) : null, snapshot: ref.getSnapshot() }, operations);
  }

  #erase(entry: ActorEntry, operations: Operation[], why: 'ended' | 'restored' = 'ended'): void {
    for (const child of entry.childEntries?.values() ?? []) this.#erase(child, operations, why);
    // The last state of an actor that stopped in this tick.
    if (entry.ref.getSnapshot() !== entry.lastWritten) this.#deriveRows(entry, operations);
    if (entry.isStored) {
      operations.push({ type: 'del', key: key.actor(entry.uid) });
      if (entry.hasStateRow) operations.push({ type: 'del', key: key.state(entry.uid) });
      this.storedCount--;
      this.#options.onRemoved(entry.uid, why);
    }
    this.#options.steps.erase(entry.uid, operations);
    this.#discard(entry);
  }

  #discard(entry: ActorEntry): void {
    this.#options.timers().eraseAll(entry);
    entry.isStored = false;
    this.#remove(entry);
  }

  #remove(entry: ActorEntry): void {
    this.#byRef.delete(entry.ref);
    this.#byUid.delete(entry.uid);
  }
}
