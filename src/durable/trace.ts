/**
 * What happens to actors, for onlookers who are further away: plain data, states as differences, and a bound on what
 * waits for them.
 * - T1 the first batch is `fresh`: the charts and actors there are; every later one goes on from the one before;
 * - T2 who falls behind is told of the present in a fresh batch in place of what was missed, and never holds up anybody.
 */
import type { StateValue } from 'xstate';
import type { DurableSystem } from './api.ts';
import type { Sighting } from './inspection.ts';
import { plain } from './plain.ts';
import { type ActorState, statusOf } from './record.ts';

/** Where an actor stands. `value` is null for logic that is not a machine; its context is its input. */
export interface Stand {
  value: StateValue | null;
  status: string;
  context: Record<string, unknown>;
  output?: unknown;
  error?: unknown;
}

/** What became different: of the context the keys that were set and those that are gone. */
export interface Step {
  value?: StateValue;
  status?: string;
  set?: Record<string, unknown>;
  unset?: string[];
  output?: unknown;
  error?: unknown;
}

type Seen<Type extends Sighting['type']> = Extract<Sighting, { type: Type }>;

/** A sighting as it is told further away: where an actor stands, and how far it moved, in place of its state. */
export type Trace =
  | Seen<'chart' | 'received' | 'gone'>
  | (Omit<Seen<'born'>, 'state'> & { stand: Stand })
  | (Omit<Seen<'moved'>, 'state'> & { step: Step });

export interface TraceBatch {
  /** Everything told before is to be forgotten. */
  fresh: boolean;
  traces: Trace[];
}

export interface TraceOptions {
  signal?: AbortSignal;
  /** Applied to every text of events and contexts, to take out what must not be shown. @default none */
  clean?: (text: string) => string;
  /** Traces that may wait to be taken. @default 20000 */
  waitingMax?: number;
}

/** What is looked on at, after each commit, until the signal aborts. */
export async function* traceOf(
  system: Pick<DurableSystem, 'watch'>,
  { signal, clean = text => text, waitingMax = 20_000 }: TraceOptions = {},
): AsyncGenerator<TraceBatch> {
  let waiting: TraceBatch[] = [];
  let count = 0;
  let wake = () => {};
  let stop = () => {};
  const begin = () => {
    let fresh = true;
    const told = new Telling(clean);
    waiting = [];
    count = 0;
    stop = system.watch(sightings => {
      const traces = sightings.map(sighting => told.of(sighting));
      count += traces.length;
      if (!fresh && count > waitingMax) {
        stop();
        begin();
        return;
      }
      waiting.push({ fresh, traces });
      fresh = false;
      wake();
    });
  };
  const abort = () => wake();
  signal?.addEventListener('abort', abort);
  begin();
  try {
    while (signal?.aborted !== true) {
      const batch = waiting.shift();
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

/** Remembers of each actor what was told last. */
class Telling {
  readonly #clean: (text: string) => string;
  readonly #last = new Map<string, ActorState>();

  constructor(clean: (text: string) => string) {
    this.#clean = clean;
  }

  of(sighting: Sighting): Trace {
    switch (sighting.type) {
      case 'chart':
        return sighting;
      case 'born': {
        const { state, ...born } = sighting;
        this.#last.set(born.uid, state);
        return { ...born, stand: this.#plain(standOf(state)) };
      }
      case 'received':
        return { ...sighting, event: this.#plain(sighting.event) };
      case 'moved': {
        const { uid, state, at } = sighting;
        const before = this.#last.get(uid);
        this.#last.set(uid, state);
        return { type: 'moved', uid, step: this.#plain(stepOf(before, state)), at };
      }
      case 'gone':
        this.#last.delete(sighting.uid);
        return sighting;
    }
  }

  #plain<T>(value: T): T {
    return plain(value, this.#clean) as T;
  }
}

function standOf(state: ActorState): Stand {
  const status = statusOf(state);
  if ('snapshot' in state) {
    const { output, error, input, context } = state.snapshot as unknown as Record<string, unknown>;
    return { value: null, status, context: Object(context ?? input ?? {}), ...ended(output, error) };
  }
  return { value: state.value, status, context: state.context ?? {}, ...ended(state.output, state.error) };
}

const ended = (output: unknown, error: unknown) => ({
  ...(output === undefined ? {} : { output }),
  ...(error === undefined ? {} : { error }),
});

function stepOf(before: ActorState | undefined, state: ActorState): Step {
  const { value, status, context, ...end } = standOf(state);
  if (before === undefined) return { ...(value === null ? {} : { value }), status, set: context, ...end };
  const old = standOf(before);
  const set = Object.fromEntries(Object.entries(context).filter(([key, item]) => old.context[key] !== item));
  const unset = Object.keys(old.context).filter(key => !Object.hasOwn(context, key));
  return {
    ...(value === null || same(value, old.value) ? {} : { value }),
    ...(status === old.status ? {} : { status }),
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(unset.length === 0 ? {} : { unset }),
    ...end,
  };
}

function same(left: StateValue, right: StateValue | null): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
