/**
 * Group commit. XState delivers every message between actors synchronously, so between two turns of the event loop
 * nothing is in flight and the state of all actors together is a consistent cut. Invariants kept here:
 * - C1 everything that changed in a turn goes into one atomic batch;
 * - C2 never two batches in flight: writes to LevelDB that are not awaited finish out of order;
 * - C3 a barrier resolves after the batch with everything that happened before it was asked for, and never otherwise;
 * - C4 after a failure nothing is written and every barrier rejects.
 *
 * Those waiting may be released a few at a time, with a turn between: what the first of them cause is on its way to the
 * disk while the next ones compute, so that an fsync costs no time as long as there is work (see Pace).
 */
import type { Operation, Store } from '../ports/store.ts';
import { type Gate, join, waitingAt } from './gates.ts';
import { Pace } from './pace.ts';

/** What one turn has to write. */
export interface Turn {
  operations: Operation[];
  /** Called once the batch is on disk. */
  committed(): void;
}

export class Committer {
  readonly #store: Store;
  readonly #collect: () => Turn;
  readonly #failed: (error: unknown) => void;
  readonly #pace = new Pace();
  /** Waiting for the turn that is gathering, for the batch in flight, and already on disk. */
  #gathering: Gate[] = [];
  #writing: Gate[] | undefined;
  #releasing: Gate[] = [];
  #touched = false;
  #scheduled = false;
  #ended: { reason: unknown } | undefined;
  commits = 0;
  operations = 0;

  constructor(options: { store: Store; collect: () => Turn; failed: (error: unknown) => void }) {
    this.#store = options.store;
    this.#collect = options.collect;
    this.#failed = options.failed;
  }

  /** Something changed: it is written at the end of this turn, or as soon as the batch in flight is done. */
  touch(): void {
    if (this.#touched) return;
    this.#touched = true;
    if (this.#writing === undefined) this.#schedule();
  }

  barrier(): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.reason);
    if (this.#touched) return join(this.#gathering);
    if (this.#writing !== undefined) return join(this.#writing);
    return Promise.resolve();
  }

  /** Nothing is written from now on; whoever waits for an unwritten turn is refused with `reason`. */
  end(reason: unknown): void {
    this.#ended = { reason };
    for (const gate of [...(this.#writing ?? []), ...this.#gathering]) gate.refuse(reason);
    this.#gathering = [];
    for (const gate of this.#releasing.splice(0)) gate.open();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Behind every promise that is ready now, before anything from outside.
    process.nextTick(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#touched || this.#writing !== undefined || this.#ended !== undefined) return;
    const gates = this.#gathering;
    this.#gathering = [];
    this.#writing = gates;
    try {
      const turn = this.#collect();
      this.#touched = false;
      if (turn.operations.length === 0) {
        this.#committed(turn, gates);
        return;
      }
      this.commits++;
      this.operations += turn.operations.length;
      const takeOff = performance.now();
      this.#store.batch(turn.operations).then(
        () => {
          this.#pace.flew(performance.now() - takeOff);
          this.#committed(turn, gates);
        },
        error => this.#failed(error),
      );
    } catch (error) {
      this.#failed(error);
    }
  }

  #committed(turn: Turn, gates: Gate[]): void {
    if (this.#ended !== undefined) return;
    this.#writing = undefined;
    turn.committed();
    const together = this.#pace.together(waitingAt(gates) + waitingAt(this.#gathering));
    if (!together) this.#flush();
    else if (this.#touched) this.#schedule();
    const releasing = this.#releasing.length > 0;
    this.#releasing.push(...gates);
    if (together) this.#release(this.#releasing.length);
    else if (!releasing) this.#releaseByTurns();
  }

  #releaseByTurns(): void {
    this.#release(1);
    if (this.#releasing.length > 0) setImmediate(() => this.#releaseByTurns());
  }

  #release(count: number): void {
    const gates = this.#releasing.splice(0, count);
    const released = waitingAt(gates);
    if (released > 1) this.#watch(released);
    for (const gate of gates) gate.open();
  }

  /** Takes the time until the promises of those released have run out. */
  #watch(released: number): void {
    const start = performance.now();
    process.nextTick(() => this.#pace.worked(performance.now() - start, released));
  }
}
