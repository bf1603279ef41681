/**
 * Readers of the system exactly as one commit leaves it. Each reads memory when a batch is collected, and the store when
 * that batch is on disk and the next one is not written yet. A reader that fails does not affect the others.
 */

interface Reader {
  gather(): () => Promise<unknown>;
  read?: () => Promise<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

export class CommitReaders {
  #waiting: Reader[] = [];
  #reading: Reader[] = [];

  add<T>(gather: () => () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ gather, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Called when a batch is collected. Returns whether a reader must finish before the next one is written. */
  gather(): boolean {
    this.#reading = this.#waiting;
    this.#waiting = [];
    for (const reader of this.#reading) {
      try {
        reader.read = reader.gather();
      } catch (error) {
        reader.reject(error);
      }
    }
    return this.#reading.length > 0;
  }

  /** Called when the batch is on disk. Resolves when all readers have finished. */
  async read(): Promise<void> {
    await Promise.all(this.#reading.map(reader => reader.read?.().then(reader.resolve, reader.reject)));
    this.#reading = [];
  }

  /** Rejects all readers: nothing further is written. */
  end(reason: unknown): void {
    for (const reader of [...this.#reading, ...this.#waiting]) reader.reject(reason);
    this.#waiting = [];
  }
}
