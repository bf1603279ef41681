/** Collects what the current tick has to write, from its first change to the batch. */
import type { Operation } from '../ports/store.ts';
import type { ActorRegistry } from './actor-registry.ts';
import type { Commands } from './commands.ts';
import { type CommitRow, toCommitRow } from './commit-row.ts';
import type { Batch } from './committer.ts';
import { key } from './keys.ts';
import type { LifecycleEvents } from './lifecycle-events.ts';
import type { Outbox } from './outbox.ts';

interface PendingBatchOptions {
  actors: ActorRegistry;
  outbox: Outbox;
  lifecycleEvents: LifecycleEvents;
  commands: Commands;
  /** Returns the time to store with a commit; null for none. */
  time: () => number | null;
  retainedCommits: number;
}

export class PendingBatch {
  readonly #options: PendingBatchOptions;
  #operations: Operation[] = [];
  /** Written with the next commit; they do not cause one. */
  #deferred: Operation[] = [];
  #commit = 0;
  /** The highest id the store knows to be assigned. */
  #counter = 0;

  constructor(options: PendingBatchOptions) {
    this.#options = options;
  }

  /** Continues after the last stored commit. Returns the highest id assigned by then. */
  resume([commit, counter]: CommitRow): number {
    this.#commit = commit;
    this.#counter = counter;
    return counter;
  }

  /** Number of the last batch that was gathered. */
  get commit(): number {
    return this.#commit;
  }

  get isEmpty(): boolean {
    return this.#operations.length === 0;
  }

  add(operation: Operation): void {
    this.#operations.push(operation);
  }

  addToNextCommit(operation: Operation): void {
    this.#deferred.push(operation);
  }

  /** Closes the tick: its own rows, those of emitted events and changed actors, and the row of the commit. */
  collect(): Batch {
    const { actors, outbox, lifecycleEvents, commands } = this.#options;
    // Views come last: where an event and a view write the same row, the view is newer.
    const events = outbox.collect(this.#operations);
    actors.collect(this.#operations);
    // A changed counter alone needs a commit: an event without a row was still delivered under its number.
    if (this.#operations.length > 0 || actors.counter !== this.#counter || commands.hasAdded) this.#addCommit();
    const operations = this.#operations;
    this.#operations = [];
    const notifyListeners = lifecycleEvents.collect(actors);
    const reportChanged = actors.changed.collect();
    return {
      operations,
      onCommitted() {
        outbox.onCommitted(events);
        notifyListeners?.();
        reportChanged?.();
      },
    };
  }

  #addCommit(): void {
    const { actors, commands, time, retainedCommits } = this.#options;
    this.#commit++;
    this.#counter = actors.counter;
    const applied = commands.collect(this.#commit);
    const value = toCommitRow([this.#commit, actors.counter, actors.storedCount], time(), applied);
    if (this.#deferred.length > 0) this.#operations.unshift(...this.#deferred.splice(0));
    this.#operations.push({ type: 'put', key: key.commit(this.#commit, retainedCommits), value });
  }
}
