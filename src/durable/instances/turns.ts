/** Work on an instance as a whole, such as starting, waking and ending it: one after the other for each instance. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Calls `work` when all earlier work under the key has ended, however it ended. */
  run<T>(at: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(at);
    const turn = before === undefined ? work() : before.then(work, work);
    this.#last.set(at, turn);
    const leave = () => {
      if (this.#last.get(at) === turn) this.#last.delete(at);
    };
    turn.then(leave, leave);
    return turn;
  }

  /** Resolves when all work has ended. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.allSettled(this.#last.values());
  }
}
