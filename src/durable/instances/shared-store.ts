/**
 * Writes what several instances change in one turn as one batch, so that they share an fsync. A value that cannot be
 * stored is the fault of one instance: its part is refused, and the parts of the others are written. Any other error is
 * one of the store, and ends all.
 */
import { TroupeError } from '../../model/errors.ts';
import type { Operation, Store } from '../../ports/store.ts';

interface Part {
  operations: readonly Operation[];
  resolve(): void;
  reject(error: unknown): void;
}

export class SharedStore {
  readonly store: Store;
  readonly #failed: (error: unknown) => void;
  #parts: Part[] = [];
  #isScheduled = false;
  #isWriting = false;
  #ended: { reason: unknown } | undefined;

  constructor(store: Store, failed: (error: unknown) => void) {
    this.store = store;
    this.#failed = failed;
  }

  /** Writes all operations or none, in the order of the calls. */
  write(operations: readonly Operation[]): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.reason);
    return new Promise((resolve, reject) => {
      this.#parts.push({ operations, resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves when everything that was passed to `write` before is on disk. */
  barrier(): Promise<void> {
    return this.write([]);
  }

  end(reason: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason };
    for (const part of this.#parts.splice(0)) part.reject(reason);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isWriting) return;
    this.#isScheduled = true;
    // Comes after the instances that close their turn in this tick.
    process.nextTick(() => {
      this.#isScheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#isWriting = true;
    while (this.#parts.length > 0) await this.#write(this.#parts.splice(0));
    this.#isWriting = false;
  }

  async #write(parts: readonly Part[]): Promise<void> {
    const operations = parts.flatMap(part => part.operations);
    try {
      if (operations.length > 0) await this.store.batch(operations);
    } catch (error) {
      await this.#onRefused(parts, error);
      return;
    }
    for (const part of parts) part.resolve();
  }

  async #onRefused(parts: readonly Part[], error: unknown): Promise<void> {
    const isFaultOfPart = TroupeError.is(error) && error.code === 'NOT_STORABLE';
    if (isFaultOfPart && parts.length > 1) {
      for (const part of parts) await this.#write([part]);
      return;
    }
    if (!isFaultOfPart && this.#ended === undefined) {
      this.end(error);
      this.#failed(error);
    }
    for (const part of parts) part.reject(error);
  }
}
