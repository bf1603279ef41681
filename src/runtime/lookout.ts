/** Where onlookers wait for actors to look at: they may come before the actors are raised. */
import type { DurableSystem } from '../durable/api.ts';
import { type TraceBatch, traceOf } from '../durable/trace.ts';
import type { Redactor } from '../model/redactor.ts';

export interface Lookout {
  raised(system: Pick<DurableSystem, 'watch'>): void;
  /** What the actors do, as soon as there are some, until the signal aborts or the lookout ends. */
  traces(options?: { signal?: AbortSignal }): AsyncIterable<TraceBatch>;
  end(): void;
}

export function lookout(redactor: Redactor): Lookout {
  const over = new AbortController();
  let raise: (system: Pick<DurableSystem, 'watch'>) => void = () => {};
  const system = new Promise<Pick<DurableSystem, 'watch'>>(resolve => {
    raise = resolve;
  });
  return {
    raised: system => raise(system),
    async *traces({ signal: given } = {}) {
      const signal = given === undefined ? over.signal : AbortSignal.any([given, over.signal]);
      const there = await Promise.race([system, aborted(signal)]);
      if (there !== null) yield* traceOf(there, { signal, clean: redactor.text });
    },
    end: () => over.abort(),
  };
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise(resolve => {
    const nothing = (): void => resolve(null);
    signal.addEventListener('abort', nothing, { once: true });
    if (signal.aborted) nothing();
  });
}
