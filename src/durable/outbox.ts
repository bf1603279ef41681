/**
 * Delivers the events that actors emit. An event gets its sequence number when it is emitted, is written in the batch
 * of its tick (the caller's rows, and an outbox row when `deliver` is set), and reaches listeners only after that
 * batch.
 * - F1 subscribers and `deliver` receive committed events only, in order;
 * - F2 `deliver` gets one call at a time; a failed call is retried with increasing delays, and nothing overtakes it;
 * - F3 acknowledgements are written with the next batch: a crash before it repeats the delivery with the same `seq`;
 * - F4 a listener that throws does not affect the others.
 */
import type { AnyStateMachine } from 'xstate';
import type { Clock } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import type { DurableOptions, EmittedEvent, ReadActor } from './api.ts';
import { key } from './keys.ts';

interface OutboxOptions {
  clock: Clock;
  deriveEventRows: DurableOptions<AnyStateMachine>['deriveEventRows'];
  readActor: ReadActor;
  deliver: ((events: EmittedEvent[]) => void | Promise<void>) | undefined;
  onListenerError: (error: unknown) => void;
  /** Adds an operation to the next batch, whenever that is written. */
  acknowledge: (operation: Operation) => void;
}

const retryFirstMs = 100;
const retryLongestMs = 30_000;
const none: readonly EmittedEvent[] = [];

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #listeners = new Set<(events: EmittedEvent[]) => void>();
  #emitted: EmittedEvent[] = [];
  #undelivered: EmittedEvent[] = [];
  #delivery: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #retryMs = retryFirstMs;
  #ended = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  emit(event: EmittedEvent): void {
    this.#emitted.push(event);
  }

  /** Loads events that were committed but not acknowledged before the restart. */
  load(events: EmittedEvent[]): void {
    this.#undelivered = events;
    this.#deliver();
  }

  subscribe(listener: (events: EmittedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes the tick's events and returns them, for delivery after the commit. */
  collect(operations: Operation[]): readonly EmittedEvent[] {
    // Return a constant when empty: events emitted while the batch is in flight belong to a later tick.
    if (this.#emitted.length === 0) return none;
    const events = this.#emitted;
    this.#emitted = [];
    const { deriveEventRows, readActor, deliver } = this.#options;
    for (const event of events) {
      if (deriveEventRows !== undefined) operations.push(...deriveEventRows(event, readActor));
      if (deliver !== undefined) operations.push({ type: 'put', key: key.outbox(event.seq), value: event });
    }
    return events;
  }

  onCommitted(events: readonly EmittedEvent[]): void {
    if (events.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener([...events]);
      } catch (error) {
        this.#options.onListenerError(error);
      }
    }
    if (this.#options.deliver === undefined) return;
    this.#undelivered.push(...events);
    this.#deliver();
  }

  /** Resolves when `deliver` has nothing left to do, or has failed and waits to retry. */
  async idle(): Promise<void> {
    while (this.#delivery !== undefined) await this.#delivery;
  }

  end(): void {
    this.#ended = true;
    this.#cancelRetry?.();
    this.#listeners.clear();
  }

  #deliver(): void {
    if (this.#ended || this.#delivery !== undefined || this.#cancelRetry !== undefined) return;
    if (this.#undelivered.length === 0) return;
    const events = this.#undelivered;
    this.#undelivered = [];
    this.#delivery = this.#deliverBatch(events).finally(() => {
      this.#delivery = undefined;
      this.#deliver();
    });
  }

  async #deliverBatch(events: EmittedEvent[]): Promise<void> {
    const { deliver, acknowledge, onListenerError } = this.#options;
    try {
      await deliver?.(events);
      this.#retryMs = retryFirstMs;
      for (const event of events) acknowledge({ type: 'del', key: key.outbox(event.seq) });
    } catch (error) {
      onListenerError(error);
      this.#undelivered = [...events, ...this.#undelivered];
      this.#retryLater();
    }
  }

  #retryLater(): void {
    if (this.#ended) return;
    const { clock } = this.#options;
    this.#cancelRetry = clock.at(clock.now() + this.#retryMs, () => {
      this.#cancelRetry = undefined;
      this.#deliver();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, retryLongestMs);
  }
}
