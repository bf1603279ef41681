/** What the present turn has to write, from its first change to the batch. */
import type { Operation } from '../ports/store.ts';
import type { Actors } from './actors.ts';
import type { Turn } from './commit.ts';
import type { Facts } from './facts.ts';
import type { CommitRow } from './image.ts';
import type { Inspection } from './inspection.ts';
import { key } from './keys.ts';

export class TurnBook {
  /** What commits are to tell of the time; null for nothing. */
  readonly #time: () => number | null;
  #operations: Operation[] = [];
  /** They go with the next commit there is, and are none by themselves. */
  #later: Operation[] = [];
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

  addLater(operation: Operation): void {
    this.#later.push(operation);
  }

  /** Closes the turn: its rows, those of what was emitted and of the actors that changed, and the commit's own. */
  collect(actors: Actors, facts: Facts, inspection: Inspection): Turn {
    // Views last: where a fact and a view write the same row, the view is the later truth.
    const told = facts.collect(this.#operations);
    actors.collect(this.#operations);
    const operations = this.#operations;
    this.#operations = [];
    // The counter alone is worth a commit: a fact nobody keeps has been told under its number all the same.
    if (operations.length > 0 || actors.counter !== this.#counter) {
      this.#commit++;
      operations.unshift(...this.#later.splice(0));
      this.#counter = actors.counter;
      const at = this.#time();
      const row: CommitRow = [this.#commit, actors.counter, actors.saved];
      if (at !== null) row.push(at);
      operations.push({ type: 'put', key: key.commit(this.#commit), value: row });
    }
    const tellSightings = inspection.collect(actors);
    return {
      operations,
      committed() {
        facts.committed(told);
        tellSightings();
      },
    };
  }
}
