/** The attempts at an effect: retries with increasing delays that survive a crash, time limits, and a limit on how many run. */
import { TroupeError } from '../model/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { EffectOptions } from './effect-options.ts';
import type { EffectRuntime } from './effect-runtime.ts';
import type { EffectSignal } from './effect-signal.ts';

/** What one attempt gets. */
export interface Attempt {
  /** Aborted when the actor is stopped, the system closes, or the attempt has reached a limit. */
  abort: { readonly signal: AbortSignal; throwIfAborted(): void };
  heartbeat: () => void;
}

/** The recorded step that counts failed attempts. */
export const retryStep = '@retry';

interface RetryState {
  failed: number;
  /** When the next attempt starts, in milliseconds since the epoch. */
  at: number;
}

/** Runs one effect of a logic. */
export interface EffectRun {
  options: EffectOptions;
  runtime: EffectRuntime;
  /** Key of the effect. */
  key: string;
  /** Name under which the parent registers its logic. */
  name: string;
  abort: EffectSignal;
  slots: Slots;
}

const noHeartbeat = (): void => {};

/** Runs attempts until one succeeds, or there are no more. */
export function runAttempts<T>(run: EffectRun, act: (attempt: Attempt) => Promise<T>): Promise<T> {
  const { runtime, key, options, abort } = run;
  const recorded = runtime.steps.recorded(key, retryStep)?.result as RetryState | undefined;
  // Most effects have no options: one attempt, which needs nothing around it.
  if (recorded === undefined && !hasLimits(options)) return act({ abort, heartbeat: noHeartbeat });
  return tryAgain(run, recorded ?? { failed: 0, at: 0 }, act);
}

const hasLimits = ({ retry, timeoutMs, heartbeatMs, concurrency }: EffectOptions): boolean =>
  [retry, timeoutMs, heartbeatMs, concurrency].some(option => option !== undefined);

async function tryAgain<T>(run: EffectRun, before: RetryState, act: (attempt: Attempt) => Promise<T>): Promise<T> {
  const { runtime, key, abort, slots } = run;
  for (let state = before; ; ) {
    if (state.failed > 0) await waitUntil(state.at, runtime.clock, abort.signal);
    const release = await slots.acquire(abort.signal);
    try {
      return await runAttempt(run, act);
    } catch (error) {
      abort.throwIfAborted();
      state = nextState(state.failed + 1, error, run);
    } finally {
      release();
    }
    runtime.steps.save(key, retryStep, state);
    await runtime.barrier();
  }
}

/** @throws what the attempt threw, when there is no other */
function nextState(failed: number, error: unknown, { options, runtime }: EffectRun): RetryState {
  const {
    attempts,
    delayMs = 1_000,
    factor = 2,
    delayMsMax = 60_000,
    isRetriable = isTransient,
  } = options.retry ?? { attempts: 1 };
  if (failed >= attempts || !isRetriable(error)) throw error;
  return { failed, at: runtime.clock.now() + Math.min(delayMs * factor ** (failed - 1), delayMsMax) };
}

const isTransient = (error: unknown): boolean => !TroupeError.is(error) || error.retriable;

async function runAttempt<T>(run: EffectRun, act: (attempt: Attempt) => Promise<T>): Promise<T> {
  const { timeoutMs, heartbeatMs } = run.options;
  if (timeoutMs === undefined && heartbeatMs === undefined) return act({ abort: run.abort, heartbeat: noHeartbeat });
  const { clock } = run.runtime;
  const limit = new AbortController();
  const failAfter = (ms: number | undefined, code: 'TIMED_OUT' | 'STALLED', what: string) => {
    if (ms === undefined) return () => {};
    const error = () => new TroupeError(code, `The effect "${run.name}" ${what} ${ms} ms.`, { where: run.key });
    return clock.at(clock.now() + ms, () => limit.abort(error()));
  };
  const heartbeatLimit = () => failAfter(heartbeatMs, 'STALLED', 'sent no heartbeat for');
  const cancelTimeout = failAfter(timeoutMs, 'TIMED_OUT', 'took longer than');
  let cancelHeartbeat = heartbeatLimit();
  const heartbeat = () => {
    cancelHeartbeat();
    cancelHeartbeat = heartbeatLimit();
  };
  const signal = AbortSignal.any([run.abort.signal, limit.signal]);
  try {
    // An attempt that ignores its signal must not keep the effect from its next one.
    return await Promise.race([
      act({ abort: { signal, throwIfAborted: () => signal.throwIfAborted() }, heartbeat }),
      whenAborted(limit.signal),
    ]);
  } finally {
    cancelTimeout();
    cancelHeartbeat();
  }
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

function waitUntil(atMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const cancel = clock.at(atMs, resolve);
    signal.addEventListener(
      'abort',
      () => {
        cancel();
        reject(signal.reason);
      },
      { once: true },
    );
  });
}

/** Lets a limited number of effects run; the others wait in the order in which they came. */
export class Slots {
  readonly #limit: number;
  #taken = 0;
  readonly #waiting = new Set<() => void>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Resolves with the function that gives the slot back. Rejects when the signal aborts before there is one. */
  async acquire(signal: AbortSignal): Promise<() => void> {
    if (this.#taken >= this.#limit) await this.#wait(signal);
    else this.#taken++;
    return () => this.#release();
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(resolve);
      const leave = () => {
        if (this.#waiting.delete(resolve)) reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Passes the slot on, if one waits. */
  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#taken--;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
