/** Lets observers wait for actors, which may start later. */
import type { DurableSystem } from '../../durable/api.ts';
import type { TraceBatch } from '../../durable/trace.ts';
import type { Redactor } from '../../model/redactor.ts';

export interface TraceRelay {
  attach(system: Pick<DurableSystem, 'subscribeToActors'>): void;
  /** Yields the traces of actors once there are some, until the signal aborts or the relay closes. */
  traces(options?: { signal?: AbortSignal }): AsyncIterable<TraceBatch>;
  close(): void;
}

export function createTraceRelay(redactor: Redactor): TraceRelay {
  const closed = new AbortController();
  let resolveSystem: (system: Pick<DurableSystem, 'subscribeToActors'>) => void = () => {};
  const system = new Promise<Pick<DurableSystem, 'subscribeToActors'>>(resolve => {
    resolveSystem = resolve;
  });
  return {
    attach: system => resolveSystem(system),
    async *traces({ signal: callerSignal } = {}) {
      // A signal of its own for each observer: listeners of `closed` would stay until the end, and Node warns of the eleventh.
      const signal = AbortSignal.any([closed.signal, ...(callerSignal === undefined ? [] : [callerSignal])]);
      // Loaded while the actors start, so that the first ones are not missed.
      const [attached, { traceActors }] = await Promise.all([
        Promise.race([system, whenAborted(signal)]),
        import('../../durable/trace.ts'),
      ]);
      if (attached === null) return;
      yield* traceActors(attached, { signal, redact: redactor.text });
    },
    close: () => closed.abort(),
  };
}

function whenAborted(signal: AbortSignal): Promise<null> {
  return new Promise(resolve => {
    const finish = (): void => resolve(null);
    signal.addEventListener('abort', finish, { once: true });
    if (signal.aborted) finish();
  });
}
