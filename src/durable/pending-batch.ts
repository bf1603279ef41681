/** What the present turn has to write, from its first change to the batch. */
import type { Operation } from '../ports/store.ts';
import type { ActorRegistry } from './actor-registry.ts';
import type { Batch } from './committer.ts';
import { key } from './keys.ts';
import type { LifecycleEvents } from './lifecycle-events.ts';
import type { Outbox } from './outbox.ts';
import type { CommitRow } from './stored-state.ts';

export class PendingBatch {
  /** What commits are to tell of the time; null for nothing. */
  readonly #time: () => number | null;
  #operations: Operation[] = [];
  /** They go with the next commit there is, and are none by themselves. */
  #deferred: Operation[] = [];
  #commit = 0;
  /** The highest id the store knows to be given out. */
  #counter = 0;

  constructor(time: () => number | null) {
    this.#time = time;
  }

  /** Goes on after the last commit the store holds; returns the highest id given out by then. */
  resume([commit, counter]: CommitRow): number {
    this.#commit = commit;
    this.#counter = counter;
    return counter;
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

  /** Closes the turn: its rows, those of what was emitted and of the actors that changed, and the commit's own. */
  collect(actors: ActorRegistry, outbox: Outbox, lifecycleEvents: LifecycleEvents): Batch {
    // Views last: where a fact and a view write the same row, the view is the later truth.
    const events = outbox.collect(this.#operations);
    actors.collect(this.#operations);
    const operations = this.#operations;
    this.#operations = [];
    // The counter alone is worth a commit: a fact nobody keeps has been told under its number all the same.
    if (operations.length > 0 || actors.counter !== this.#counter) {
      this.#commit++;
      operations.unshift(...this.#deferred.splice(0));
      this.#counter = actors.counter;
      const at = this.#time();
      const row: CommitRow = [this.#commit, actors.counter, actors.storedCount];
      if (at !== null) row.push(at);
      operations.push({ type: 'put', key: key.commit(this.#commit), value: row });
    }
    const notifyListeners = lifecycleEvents.collect(actors);
    return {
      operations,
      onCommitted() {
        outbox.onCommitted(events);
        notifyListeners();
      },
    };
  }
}
