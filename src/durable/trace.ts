/**
 * Reports actor lifecycle events to remote observers as plain data: states as differences, with a limit on what is
 * pending.
 * - T1 the first batch is a `snapshot`: the existing charts and actors; each later batch continues from the one
 *   before;
 * - T2 an observer that falls behind gets a new snapshot batch instead of what it missed, and never blocks the
 *   system.
 */
import type { StateValue } from 'xstate';
import { type PersistedState, statusOf } from './actor-row.ts';
import type {
  ActorStarted,
  ActorState,
  ActorStopped,
  ActorTransitioned,
  MessageReceived,
  StateDelta,
} from './actor-state.ts';
import type { DurableSystem } from './api.ts';
import type { ActorLifecycleEvent } from './lifecycle-events.ts';
import { toBoundedJson } from './to-bounded-json.ts';

/** A lifecycle event for remote observers: an actor's state, or the change since the last one. */
export type ActorTrace =
  | Extract<ActorLifecycleEvent, { type: 'chart' }>
  | ActorStarted
  | MessageReceived
  | ActorTransitioned
  | ActorStopped;

/** Traces of one or more commits. */
export interface TraceBatch {
  /** Discard everything received before. */
  snapshot: boolean;
  traces: ActorTrace[];
}

/** Options of {@link traceActors}. */
export interface TraceOptions {
  signal?: AbortSignal;
  /** Applied to every string in events and contexts, to remove secrets. @default none */
  redact?: (text: string) => string;
  /** Maximum number of pending traces. @default 20000 */
  pendingMax?: number;
}

/** Yields the lifecycle of a system's actors after each commit, until the signal aborts. */
export async function* traceActors(
  system: Pick<DurableSystem, 'subscribeToActors'>,
  { signal, redact = text => text, pendingMax = 20_000 }: TraceOptions = {},
): AsyncGenerator<TraceBatch> {
  let pending: TraceBatch[] = [];
  let count = 0;
  let wake = () => {};
  let stop = () => {};
  const start = () => {
    let snapshot = true;
    const encoder = new TraceEncoder(redact);
    pending = [];
    count = 0;
    stop = system.subscribeToActors(events => {
      const traces = events.map(event => encoder.encode(event));
      count += traces.length;
      if (!snapshot && count > pendingMax) {
        stop();
        start();
        return;
      }
      pending.push({ snapshot, traces });
      snapshot = false;
      wake();
    });
  };
  const abort = () => wake();
  signal?.addEventListener('abort', abort);
  start();
  try {
    while (signal?.aborted !== true) {
      const batch = pending.shift();
      if (batch !== undefined) {
        count -= batch.traces.length;
        yield batch;
        continue;
      }
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  } finally {
    stop();
    signal?.removeEventListener('abort', abort);
  }
}

/** Remembers the last state sent for each actor. */
class TraceEncoder {
  readonly #redact: (text: string) => string;
  readonly #last = new Map<string, PersistedState>();

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  encode(event: ActorLifecycleEvent): ActorTrace {
    switch (event.type) {
      case 'chart':
        return event;
      case 'started': {
        const { state, ...started } = event;
        this.#last.set(started.uid, state);
        return { ...started, state: this.#bounded(toActorState(state)) };
      }
      case 'received':
        return { ...event, event: this.#bounded(event.event) };
      case 'transitioned': {
        const { uid, state, at } = event;
        const before = this.#last.get(uid);
        this.#last.set(uid, state);
        return { type: 'transitioned', uid, delta: this.#bounded(toStateDelta(before, state)), at };
      }
      case 'stopped':
        this.#last.delete(event.uid);
        return event;
    }
  }

  #bounded<T>(value: T): T {
    return toBoundedJson(value, this.#redact) as T;
  }
}

function toActorState(state: PersistedState): ActorState {
  const status = statusOf(state);
  if ('snapshot' in state) {
    const { output, error, input, context } = state.snapshot as unknown as Record<string, unknown>;
    return { value: null, status, context: Object(context ?? input ?? {}), ...outcomeFields(output, error) };
  }
  return { value: state.value, status, context: state.context ?? {}, ...outcomeFields(state.output, state.error) };
}

const outcomeFields = (output: unknown, error: unknown) => ({
  ...(output === undefined ? {} : { output }),
  ...(error === undefined ? {} : { error }),
});

function toStateDelta(before: PersistedState | undefined, state: PersistedState): StateDelta {
  const { value, status, context, ...end } = toActorState(state);
  if (before === undefined) return { ...(value === null ? {} : { value }), status, set: context, ...end };
  const previous = toActorState(before);
  const set = Object.fromEntries(Object.entries(context).filter(([key, item]) => previous.context[key] !== item));
  const unset = Object.keys(previous.context).filter(key => !Object.hasOwn(context, key));
  return {
    ...(value === null || isSameValue(value, previous.value) ? {} : { value }),
    ...(status === previous.status ? {} : { status }),
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(unset.length === 0 ? {} : { unset }),
    ...end,
  };
}

function isSameValue(left: StateValue, right: StateValue | null): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
