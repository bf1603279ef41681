/**
 * Wakes instances at their times. The times are rows of the store, in order; in memory is only the first that is not due.
 * An instance in memory has timers of its own, so its row is passed over.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { key, prefix, timeOfKey } from '../keys.ts';
import { earlier } from './awake-instances.ts';
import type { InstanceName } from './instance-row.ts';

const rowsAtOnce = 100;

interface WakeTimesOptions {
  store: Store;
  clock: Clock;
  /** Wakes an instance unless it is awake; rejects only when the system has ended. */
  wake: (name: InstanceName) => Promise<void>;
}

export class WakeTimes {
  readonly #options: WakeTimesOptions;
  /** Rows up to this key have been seen. */
  #cursor: string = prefix.wakeTime;
  /** Rows after this key have been added since. */
  #added: string | undefined;
  #alarm: { due: number; cancel: () => void } | undefined;
  /** The first time of those that are being woken. */
  #waking: number | undefined;
  #running: Promise<void> | undefined;
  #isAgain = false;
  #ended = false;

  constructor(options: WakeTimesOptions) {
    this.#options = options;
  }

  /** To be called when an instance sleeps and the row of its time is on disk. */
  add(due: number): void {
    if (this.#ended) return;
    const before = key.wakeTime(due, '');
    if (this.#added === undefined || before < this.#added) this.#added = before;
    if (due <= this.#options.clock.now()) void this.wakeDue();
    else this.#watch(due);
  }

  /** Wakes all that are due; resolves when they are awake. */
  wakeDue(): Promise<void> {
    this.#isAgain = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The first time for which it waits, or at which one should have woken that still sleeps. */
  get next(): number | undefined {
    return earlier(this.#waking, this.#alarm?.due);
  }

  end(): void {
    this.#ended = true;
    this.#alarm?.cancel();
  }

  async #run(): Promise<void> {
    while (this.#isAgain && !this.#ended) {
      this.#isAgain = false;
      if (await this.#wakeSome()) this.#isAgain = true;
    }
    this.#waking = undefined;
  }

  /** Returns whether there may be more. */
  async #wakeSome(): Promise<boolean> {
    const { store, clock, wake } = this.#options;
    const due: InstanceName[] = [];
    let cursor = this.#added !== undefined && this.#added < this.#cursor ? this.#added : this.#cursor;
    this.#added = undefined;
    let first: number | undefined;
    for await (const [at, value] of store.entries(prefix.wakeTime, { after: cursor, limit: rowsAtOnce })) {
      const time = timeOfKey(at);
      if (time > clock.now()) {
        first = time;
        break;
      }
      cursor = at;
      if (time > 0 && due.length === 0) this.#waking = time;
      const [machine = '', id = ''] = value as string[];
      due.push({ machine, id });
    }
    this.#cursor = cursor;
    if (first !== undefined) this.#watch(first);
    await Promise.all(due.map(name => wake(name)));
    return due.length === rowsAtOnce;
  }

  #watch(due: number): void {
    if (this.#ended || (this.#alarm !== undefined && this.#alarm.due <= due)) return;
    this.#alarm?.cancel();
    const cancel = this.#options.clock.at(due, () => {
      this.#alarm = undefined;
      this.#waking = earlier(this.#waking, due);
      this.wakeDue().catch(() => {});
    });
    this.#alarm = { due, cancel };
  }
}
