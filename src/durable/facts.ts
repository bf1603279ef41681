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
import type { EmittedFact } from './api.ts';
import { key } from './keys.ts';

interface FactsOptions {
  clock: Clock;
  rows: ((fact: EmittedFact) => Operation[]) | undefined;
  sink: ((facts: EmittedFact[]) => void | Promise<void>) | undefined;
  onListenerError: (error: unknown) => void;
  /** Adds to the next batch, whenever that is. */
  acknowledge: (operation: Operation) => void;
}

const retryFirstMs = 100;
const retryLongestMs = 30_000;
const none: readonly EmittedFact[] = [];

export class Facts {
  readonly #options: FactsOptions;
  readonly #listeners = new Set<(facts: EmittedFact[]) => void>();
  #emitted: EmittedFact[] = [];
  #undelivered: EmittedFact[] = [];
  #delivery: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #retryMs = retryFirstMs;
  #ended = false;

  constructor(options: FactsOptions) {
    this.#options = options;
  }

  emit(fact: EmittedFact): void {
    this.#emitted.push(fact);
  }

  /** Takes up what was committed but not acknowledged before the restart. */
  load(facts: EmittedFact[]): void {
    this.#undelivered = facts;
    this.#deliver();
  }

  subscribe(listener: (facts: EmittedFact[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Writes the turn's facts and returns them, to be told after the commit. */
  collect(operations: Operation[]): readonly EmittedFact[] {
    // Not the list itself when it is empty: what is emitted while the batch is in flight is not of this turn.
    if (this.#emitted.length === 0) return none;
    const facts = this.#emitted;
    this.#emitted = [];
    const { rows, sink } = this.#options;
    for (const fact of facts) {
      if (rows !== undefined) operations.push(...rows(fact));
      if (sink !== undefined) operations.push({ type: 'put', key: key.outbox(fact.seq), value: fact });
    }
    return facts;
  }

  committed(facts: readonly EmittedFact[]): void {
    if (facts.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener([...facts]);
      } catch (error) {
        this.#options.onListenerError(error);
      }
    }
    if (this.#options.sink === undefined) return;
    this.#undelivered.push(...facts);
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
    const facts = this.#undelivered;
    this.#undelivered = [];
    this.#delivery = this.#hand(facts).finally(() => {
      this.#delivery = undefined;
      this.#deliver();
    });
  }

  async #hand(facts: EmittedFact[]): Promise<void> {
    const { sink, acknowledge, onListenerError } = this.#options;
    try {
      await sink?.(facts);
      this.#retryMs = retryFirstMs;
      for (const fact of facts) acknowledge({ type: 'del', key: key.outbox(fact.seq) });
    } catch (error) {
      onListenerError(error);
      this.#undelivered = [...facts, ...this.#undelivered];
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
