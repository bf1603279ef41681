/**
 * Who is alive, under which lasting name, and what of them must be written.
 * - A1 an actor keeps its uid for life, restarts and sleep included;
 * - A2 an actor is written only when the chain of its parents holds it: one that was built in a transition that failed
 *   never existed;
 * - A3 an actor that left its parent is erased with its subtree, its timers and its steps in the same batch;
 * - A4 nothing is written for an actor whose snapshot is the one last written.
 */
import type { AnyActorRef, Snapshot } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import type { Operation } from '../ports/store.ts';
import { persistedStateOf, toActorRow } from './actor-row.ts';
import { type ActorNode, pathKey } from './actor-tree.ts';
import type { ChangedActor } from './api.ts';
import { formatUid, key } from './keys.ts';
import type { Steps } from './steps.ts';
import type { Timer, Timers } from './timers.ts';
import type { LiveActor } from './xstate-internals.ts';

export interface ActorEntry {
  readonly uid: string;
  readonly ref: LiveActor;
  readonly parent: ActorEntry | undefined;
  /** The children its parent was seen to hold, by id, and the object they were read from. */
  childEntries: Map<string, ActorEntry> | undefined;
  knownChildren: object | undefined;
  lastWritten: Snapshot<unknown> | undefined;
  /** Has a born row; has a state row beside it. */
  isStored: boolean;
  hasStateRow: boolean;
  timers: Map<string, Timer> | undefined;
  /** In the list of those to look at when the turn ends. */
  isDirty: boolean;
}

interface ActorRegistryOptions {
  deriveActorRows: ((actor: ChangedActor) => Operation[]) | undefined;
  steps: Steps;
  timers: () => Timers;
  onCreated: (entry: ActorEntry) => void;
  /** Told of each actor that is written for the first time or recognised, of each that is let go. */
  onStored: (entry: ActorEntry) => void;
  onRemoved: (uid: string, why: 'ended' | 'passivated') => void;
}

export class ActorRegistry {
  readonly #options: ActorRegistryOptions;
  readonly #byRef = new Map<object, ActorEntry>();
  readonly #byUid = new Map<string, ActorEntry>();
  #dirty: ActorEntry[] = [];
  /** Uids waiting for the actors XState is rebuilding, by place in the tree. */
  #expectedUids: ReadonlyMap<string, string> | undefined;
  /** Highest id given out, for actors and facts alike. */
  counter = 0;
  /** Actors with a born row. */
  storedCount = 0;

  constructor(options: ActorRegistryOptions) {
    this.#options = options;
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

  /** Lets `build` make XState rebuild stored actors, which get the uids they had. */
  rebuild<T>(uids: ReadonlyMap<string, string>, build: () => T): T {
    this.#expectedUids = uids;
    try {
      return build();
    } finally {
      this.#expectedUids = undefined;
    }
  }

  /** XState announces an actor from its constructor, parents before their children. */
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
    const uid = this.#expectedUids?.get(pathKey(parent?.uid, ref.id)) ?? this.nextId();
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

  /** Remembers to look at an actor at the end of the turn; false when it is not one of ours any more. */
  markDirty(actor: LiveActor): boolean {
    const entry = this.#byRef.get(actor);
    if (entry === undefined) return false;
    if (!entry.isDirty) {
      entry.isDirty = true;
      this.#dirty.push(entry);
    }
    return true;
  }

  /** Recognises restored actors as what the store already holds. */
  adopt(node: ActorNode): void {
    // There is one: the branch was verified.
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

  /** Rows of everything that changed since the last call. */
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

  /** An actor and all below it as they are now, parents first; those that left in this turn are erased before. */
  subtree(entry: ActorEntry, operations: Operation[]): ActorEntry[] {
    this.#updateChildren(entry, operations);
    const below = [...(entry.childEntries?.values() ?? [])];
    return [entry, ...below.flatMap(child => this.subtree(child, operations))];
  }

  /** Takes a child of the root out of the books without erasing its rows: what happens to it is not followed any more. */
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

  #deriveRows(entry: ActorEntry, operations: Operation[]): void {
    const { deriveActorRows } = this.#options;
    if (deriveActorRows === undefined) return;
    const { id, src } = entry.ref;
    const snapshot = entry.ref.getSnapshot();
    operations.push(...deriveActorRows({ uid: entry.uid, id, src: entry.parent ? (src as string) : null, snapshot }));
  }

  #erase(entry: ActorEntry, operations: Operation[]): void {
    for (const child of entry.childEntries?.values() ?? []) this.#erase(child, operations);
    // The last thing to be seen of an actor that ended in this very turn.
    if (entry.ref.getSnapshot() !== entry.lastWritten) this.#deriveRows(entry, operations);
    if (entry.isStored) {
      operations.push({ type: 'del', key: key.actor(entry.uid) });
      if (entry.hasStateRow) operations.push({ type: 'del', key: key.state(entry.uid) });
      this.storedCount--;
      this.#options.onRemoved(entry.uid, 'ended');
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
