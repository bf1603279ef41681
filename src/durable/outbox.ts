/**
 * What actors emit, on its way out. A fact gets its place in the order when it is emitted, is written in the batch of
 * its turn (the caller's rows, and an outbox row when there is a sink), and is told to anyone only after that batch.
 * - F1 subscribers and the sink see committed facts only, in order;
 * - F2 the sink gets one call at a time; a call that fails is made again, later and later, with nothing overtaking it;
 * - F3 acknowledgements ride in the next batch: a crash before it repeats the delivery with the same `seq`;
 * - F4 a listener that throws harms nobody else.
 */
import type { Clock } from '../ports/clock.ts';
import type { Operation } from '../ports/store.ts';
import type { EmittedEvent } from './api.ts';
import { key } from './keys.ts';

interface OutboxOptions {
  clock: Clock;
  deriveEventRows: ((event: EmittedEvent) => Operation[]) | undefined;
  deliver: ((events: EmittedEvent[]) => void | Promise<void>) | undefined;
  onListenerError: (error: unknown) => void;
  /** Adds to the next batch, whenever that is. */
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

  /** Takes up what was committed but not acknowledged before the restart. */
  load(events: EmittedEvent[]): void {
    this.#undelivered = events;
    this.#deliver();
  }

  subscribe(listener: (events: EmittedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes the turn's facts and returns them, to be told after the commit. */
  collect(operations: Operation[]): readonly EmittedEvent[] {
    // Not the list itself when it is empty: what is emitted while the batch is in flight is not of this turn.
    if (this.#emitted.length === 0) return none;
    const events = this.#emitted;
    this.#emitted = [];
    const { deriveEventRows, deliver } = this.#options;
    for (const event of events) {
      if (deriveEventRows !== undefined) operations.push(...deriveEventRows(event));
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

  /** Resolves when the sink has nothing left to do, or has failed and waits for its next try. */
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
