/**
 * Calls functions at their deadlines, in order, with one wait for the first of them. Many that are due at
 * once are called in slices, one per turn of the event loop: a slice ends when it has taken `sliceMs`, and has at least
 * `leastCalls`, so that a few are called together on a busy machine, too.
 */
import type { Clock } from '../../ports/clock.ts';

const sliceMs = 5;
const leastCalls = 16;

interface Deadline {
  due: number;
  /** Decides between equal deadlines. */
  order: number;
  call: () => void;
  /** Its place in the heap; -1 when it is not there any more. */
  index: number;
}

export class Deadlines {
  readonly #clock: Clock;
  readonly #heap = new DeadlineHeap();
  #wait: { due: number; cancel: () => void } | undefined;
  #added = 0;
  #isCalling = false;
  /** The calls of this turn of the event loop. */
  #calls = 0;
  #startedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `call` once at or after `due`, in milliseconds of the clock; the returned function cancels it. */
  at(due: number, call: () => void): () => void {
    const deadline = { due, order: this.#added++, call, index: -1 };
    this.#heap.add(deadline);
    this.#watch();
    return () => {
      this.#heap.remove(deadline);
      this.#watch();
    };
  }

  /** Waits for the first deadline, unless the calls that are going on, or the next slice, come to it. */
  #watch(): void {
    if (this.#isCalling || this.#isSliceOver()) return;
    const first = this.#heap.first;
    if (this.#wait?.due === first?.due) return;
    this.#wait?.cancel();
    this.#wait = first && { due: first.due, cancel: this.#clock.at(first.due, () => this.#callDue()) };
  }

  #callDue(): void {
    this.#wait?.cancel();
    this.#wait = undefined;
    this.#isCalling = true;
    try {
      let first = this.#heap.first;
      while (first !== undefined && first.due <= this.#clock.now() && !this.#isSliceOver()) {
        this.#heap.remove(first);
        this.#count();
        first.call();
        first = this.#heap.first;
      }
    } finally {
      this.#isCalling = false;
      this.#watch();
    }
  }

  #count(): void {
    if (this.#calls++ > 0) return;
    this.#startedAt = performance.now();
    setImmediate(() => {
      this.#calls = 0;
      this.#callDue();
    });
  }

  #isSliceOver(): boolean {
    return this.#calls >= leastCalls && performance.now() - this.#startedAt >= sliceMs;
  }
}

/** A binary heap: the first deadline is at 0, and none is before its parent at (index - 1) / 2. */
class DeadlineHeap {
  readonly #items: Deadline[] = [];

  get first(): Deadline | undefined {
    return this.#items[0];
  }

  add(deadline: Deadline): void {
    this.#rise(deadline, this.#items.length);
  }

  remove(deadline: Deadline): void {
    const { index } = deadline;
    if (index === -1) return;
    deadline.index = -1;
    const last = this.#items.pop();
    if (last === undefined || last === deadline) return;
    this.#sink(last, index);
    this.#rise(last, last.index);
  }

  #rise(deadline: Deadline, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#items[above] as Deadline;
      if (isBefore(parent, deadline)) break;
      this.#place(parent, index);
      index = above;
    }
    this.#place(deadline, index);
  }

  #sink(deadline: Deadline, from: number): void {
    let index = from;
    for (;;) {
      const [left, right] = [this.#items[2 * index + 1], this.#items[2 * index + 2]];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(deadline, child)) break;
      const below = child.index;
      this.#place(child, index);
      index = below;
    }
    this.#place(deadline, index);
  }

  #place(deadline: Deadline, index: number): void {
    this.#items[index] = deadline;
    deadline.index = index;
  }
}

const isBefore = (a: Deadline, b: Deadline): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);
