/**
 * The instances in memory, least recently used first. One that was not used for `sleepAfterMs`, or that is one more than
 * `maxAwake`, leaves it if it rests; one that does not rest counts as used.
 */
import type { Clock } from '../../ports/clock.ts';
import { findNextDue } from '../at-rest.ts';
import { keyOf } from './instance-row.ts';
import type { RunningInstance } from './running-instance.ts';

export interface SleepPolicy {
  sleepAfterMs: number;
  maxAwake: number;
}

/** How many that are at work are passed over when one must leave. */
const triesMax = 16;
/** Milliseconds that instances fall asleep without a pause for other work. */
const sliceMs = 5;

/** The first of two times, of which each may be missing. */
export const earlier = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

export class AwakeInstances {
  readonly #policy: SleepPolicy;
  readonly #clock: Clock;
  readonly #onAsleep: (instance: RunningInstance, wakeAt: number | undefined) => void;
  readonly #byKey = new Map<string, RunningInstance>();
  #cancelSweep: (() => void) | undefined;

  /** @throws {TypeError} for an invalid policy */
  constructor(options: {
    policy: SleepPolicy;
    clock: Clock;
    onAsleep: (instance: RunningInstance, wakeAt: number | undefined) => void;
  }) {
    this.#policy = options.policy;
    this.#clock = options.clock;
    this.#onAsleep = options.onAsleep;
    const { sleepAfterMs, maxAwake } = options.policy;
    if (!(sleepAfterMs > 0)) throw new TypeError(`sleepAfterMs must be a number above 0; it is ${sleepAfterMs}.`);
    if (!(maxAwake >= 1)) throw new TypeError(`maxAwake must be a number from 1; it is ${maxAwake}.`);
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(at: string): RunningInstance | undefined {
    return this.#byKey.get(at);
  }

  /** From here on none falls asleep by itself. Those that rest leave, with their exact times; returns the others. */
  end(): RunningInstance[] {
    this.#cancelSweep?.();
    this.#cancelSweep = () => {};
    for (const instance of [...this.#byKey.values()]) this.#tryToSleep(instance);
    return [...this.#byKey.values()];
  }

  /** The one whose rows have this uid. */
  byUid(uid: string): RunningInstance | undefined {
    for (const instance of this.#byKey.values()) if (instance.record.row?.uid === uid) return instance;
    return undefined;
  }

  /** The first deadline of their timers. */
  nextDue(): number | undefined {
    let nextDue: number | undefined;
    for (const { system } of this.#byKey.values()) nextDue = earlier(nextDue, findNextDue(system.actors.entries()));
    return nextDue;
  }

  add(instance: RunningInstance): void {
    this.#byKey.set(keyOf(instance.record), instance);
    for (let tries = 0; tries < triesMax && this.#byKey.size > this.#policy.maxAwake; tries++) {
      const [oldest] = this.#byKey.values();
      if (oldest !== undefined) this.#tryToSleep(oldest);
    }
    this.#watch();
  }

  /** Returns whether it was there. */
  remove(instance: RunningInstance): boolean {
    const at = keyOf(instance.record);
    return this.#byKey.get(at) === instance && this.#byKey.delete(at);
  }

  /** To be called when the instance changed or was used. */
  touch(instance: RunningInstance): void {
    instance.usedAt = this.#clock.now();
    if (this.remove(instance)) this.#byKey.set(keyOf(instance.record), instance);
  }

  /** Waits for the time of the first, unless it waits already: that one may have been used since. */
  #watch(): void {
    const [oldest] = this.#byKey.values();
    if (oldest === undefined || this.#cancelSweep !== undefined) return;
    const { sleepAfterMs } = this.#policy;
    if (sleepAfterMs === Number.POSITIVE_INFINITY) return;
    this.#cancelSweep = this.#clock.at(oldest.usedAt + sleepAfterMs, () => {
      this.#cancelSweep = undefined;
      this.#sweep();
    });
  }

  #sweep(): void {
    const startedAt = performance.now();
    for (const instance of this.#byKey.values()) {
      const isDue = instance.usedAt + this.#policy.sleepAfterMs <= this.#clock.now();
      if (!isDue || performance.now() - startedAt > sliceMs) break;
      this.#tryToSleep(instance);
    }
    this.#watch();
  }

  #tryToSleep(instance: RunningInstance): void {
    const asleep = instance.fallAsleep();
    if (asleep === undefined) this.touch(instance);
    else {
      this.remove(instance);
      this.#onAsleep(instance, asleep.wakeAt);
    }
  }
}
