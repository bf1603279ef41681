/**
 * Group commit. XState delivers every message between actors synchronously, so between two ticks of the event loop
 * nothing is in flight, and the states of all actors form a consistent cut. Invariants:
 * - C1 everything that changed in a tick goes into one atomic batch;
 * - C2 never two batches in flight: LevelDB writes that are not awaited finish out of order;
 * - C3 a barrier resolves exactly when the batch with everything that happened before it is on disk;
 * - C4 after a failure nothing is written and every barrier rejects.
 *
 * Waiters may be released a few at a time, one tick apart: the results of the first are being written while the next
 * ones compute, so that an fsync costs no time as long as there is work (see ReleasePolicy).
 */
import type { Operation, Store } from '../ports/store.ts';
import { CommitReaders } from './commit-readers.ts';
import { ReleasePolicy } from './release-policy.ts';
import { addWaiter, countWaiters, type WaiterGroup } from './waiters.ts';

/** The atomic write of all changes of one turn of the event loop. */
export interface Batch {
  operations: Operation[];
  /** Called once the batch is on disk. */
  onCommitted(): void;
}

export class Committer {
  readonly #store: Store;
  readonly #collect: () => Batch;
  readonly #failed: (error: unknown) => void;
  readonly #releasePolicy = new ReleasePolicy();
  /** Waiters for the current tick, for the batch in flight, and for batches already on disk. */
  #pending: WaiterGroup[] = [];
  #writing: WaiterGroup[] | undefined;
  #releasing: WaiterGroup[] = [];
  #isDirty = false;
  #scheduled = false;
  readonly #readers = new CommitReaders();
  #ended: { reason: unknown } | undefined;
  commits = 0;
  operations = 0;

  constructor(options: { store: Store; collect: () => Batch; failed: (error: unknown) => void }) {
    this.#store = options.store;
    this.#collect = options.collect;
    this.#failed = options.failed;
  }

  /** Schedules a write at the end of this tick, or as soon as the batch in flight is done. */
  markDirty(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    if (this.#writing === undefined) this.#schedule();
  }

  /** Whether everything is on disk and no caller waits for it. */
  get isIdle(): boolean {
    return !this.#isDirty && this.#writing === undefined && this.#releasing.length === 0;
  }

  barrier(): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.reason);
    if (this.#isDirty) return addWaiter(this.#pending);
    if (this.#writing !== undefined) return addWaiter(this.#writing);
    return Promise.resolve();
  }

  /**
   * Calls `gather` when the next batch is collected, so that nothing in the system is newer than the batch, and the
   * function it returns when that batch is on disk and no other is written yet.
   */
  readAtNextCommit<T>(gather: () => () => Promise<T>): Promise<T> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended.reason);
    this.markDirty();
    return this.#readers.add(gather);
  }

  /** Stops writing; waiters for an unwritten tick are rejected with `reason`. */
  end(reason: unknown): void {
    this.#ended = { reason };
    for (const group of [...(this.#writing ?? []), ...this.#pending]) group.reject(reason);
    this.#pending = [];
    this.#readers.end(reason);
    for (const group of this.#releasing.splice(0)) group.resolve();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Runs after every promise that is ready now, before any I/O.
    process.nextTick(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#isDirty || this.#writing !== undefined || this.#ended !== undefined) return;
    const waiters = this.#pending;
    this.#pending = [];
    this.#writing = waiters;
    try {
      const batch = this.#collect();
      this.#isDirty = false;
      const isRead = this.#readers.gather();
      if (batch.operations.length === 0) {
        this.#onDisk(batch, waiters, isRead);
        return;
      }
      this.commits++;
      this.operations += batch.operations.length;
      const startedAt = performance.now();
      this.#store.batch(batch.operations).then(
        () => {
          this.#releasePolicy.recordCommit(performance.now() - startedAt);
          this.#onDisk(batch, waiters, isRead);
        },
        error => this.#failed(error),
      );
    } catch (error) {
      this.#failed(error);
    }
  }

  #onDisk(batch: Batch, waiters: WaiterGroup[], isRead: boolean): void {
    if (isRead) void this.#readers.read().then(() => this.#committed(batch, waiters));
    else this.#committed(batch, waiters);
  }

  #committed(batch: Batch, waiters: WaiterGroup[]): void {
    if (this.#ended !== undefined) return;
    this.#writing = undefined;
    batch.onCommitted();
    const releaseAll = this.#releasePolicy.shouldReleaseAll(countWaiters(waiters) + countWaiters(this.#pending));
    if (!releaseAll) this.#flush();
    else if (this.#isDirty) this.#schedule();
    const isReleasing = this.#releasing.length > 0;
    this.#releasing.push(...waiters);
    if (releaseAll) this.#release(this.#releasing.length);
    else if (!isReleasing) this.#releaseOneByOne();
  }

  #releaseOneByOne(): void {
    this.#release(1);
    if (this.#releasing.length > 0) setImmediate(() => this.#releaseOneByOne());
  }

  #release(count: number): void {
    const groups = this.#releasing.splice(0, count);
    const released = countWaiters(groups);
    if (released > 1) this.#measureWork(released);
    for (const group of groups) group.resolve();
  }

  /** Measures the time until the released promises have resolved. */
  #measureWork(released: number): void {
    const start = performance.now();
    process.nextTick(() => this.#releasePolicy.recordWork(performance.now() - start, released));
  }
}
