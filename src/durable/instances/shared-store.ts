/**
 * Writes what several instances change in one turn as one batch, so that they share an fsync. A value that cannot be
 * stored is the fault of one instance: its part is refused, and the parts of the others are written. Any other error is
 * one of the store, and ends all. Each batch has a number, so that a lost one is detected.
 */
import { TroupeError } from '../../model/errors.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { key } from '../keys.ts';
import { applyChange, type InstanceCounts, type RowChange } from './instance-record.ts';

interface Part {
  /** When it was passed, by `performance.now()`. */
  at: number;
  operations: readonly Operation[];
  change: RowChange | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

/** The row of a batch. */
export type BatchRow = [batch: number, counter: number, counts: InstanceCounts];

export class SharedStore {
  readonly store: Store;
  readonly #failed: (error: unknown) => void;
  /** Instances on disk. */
  counts: InstanceCounts = { running: 0, done: 0, stopped: 0, quarantined: 0 };
  /** Number of the last batch. */
  batches = 0;
  /** The highest number given to an instance or to an event that waits. */
  #counter = 0;
  #parts: Part[] = [];
  #isScheduled = false;
  #isWriting = false;
  /** What is being written. */
  #current: readonly Part[] = [];
  #ended: { reason: unknown } | undefined;
  /** Called after each batch. */
  onBatch: ((seconds: number, operations: number) => void) | undefined;

  constructor(store: Store, failed: (error: unknown) => void) {
    this.store = store;
    this.#failed = failed;
  }

  /** Continues after the last stored batch. */
  resume([batch, counter, counts]: BatchRow): void {
    this.batches = batch;
    this.#counter = counter;
    this.counts = counts;
  }

  /** How many parts are not on disk, and for how many milliseconds the oldest has waited. */
  lag(): { waiting: number; waitingMs: number } {
    const oldest = this.#current[0] ?? this.#parts[0];
    const waitingMs = oldest === undefined ? 0 : performance.now() - oldest.at;
    return { waiting: this.#current.length + this.#parts.length, waitingMs };
  }

  /** Returns a number that was never given; it is stored with the next batch. */
  nextNumber(): number {
    return ++this.#counter;
  }

  /** Writes all operations and the change or none, in the order of the calls. */
  write(operations: readonly Operation[], change?: RowChange): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.reason);
    return new Promise((resolve, reject) => {
      this.#parts.push({ at: performance.now(), operations, change, resolve, reject });
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
    const operations: Operation[] = [];
    const undo: (() => void)[] = [];
    for (const part of parts) {
      operations.push(...part.operations);
      if (part.change === undefined) continue;
      const change = applyChange(part.change, this.counts);
      operations.push(...change.operations);
      undo.push(change.undo);
    }
    try {
      if (operations.length > 0) {
        operations.push(this.#batchRow());
        const startedAt = performance.now();
        this.#current = parts;
        await this.store.batch(operations);
        this.#current = [];
        this.batches++;
        this.onBatch?.((performance.now() - startedAt) / 1_000, operations.length);
      }
    } catch (error) {
      this.#current = [];
      for (const takeBack of undo.reverse()) takeBack();
      await this.#onRefused(parts, error);
      return;
    }
    for (const part of parts) part.resolve();
  }

  #batchRow(): Operation {
    const value: BatchRow = [this.batches + 1, this.#counter, { ...this.counts }];
    return { type: 'put', key: key.commit(this.batches + 1), value };
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
