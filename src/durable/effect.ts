/**
 * Effects: the only place where a durable system performs I/O. An effect is an ordinary actor that a machine invokes
 * or spawns by name. It is durable because:
 * - it starts only after the batch that requested it is on disk;
 * - its key, the persisted uid of its actor, stays the same when it runs again after a crash;
 * - its result is committed in one batch with the transition it caused, so it runs again exactly when that batch did
 *   not reach the disk;
 * - completed steps return their recorded result.
 */
import { type AnyActorRef, type AnyEventObject, fromPromise, type PromiseActorLogic } from 'xstate';
import { type Attempt, retryStep, runAttempts, Slots } from './attempts.ts';
import { assertEffectOptions, type EffectOptions } from './effect-options.ts';
import { effectRuntimeOf } from './effect-runtime.ts';
import { EffectSignal } from './effect-signal.ts';
import { fromWork, parentOf } from './xstate-internals.ts';

export type { EffectOptions, EffectRetry } from './effect-options.ts';

/** What an effect receives when it runs. */
export interface EffectContext<Input> {
  input: Input;
  /** The same for every attempt at this effect. Pass it to external services as an idempotency key. */
  key: string;
  /** Aborted when the actor is stopped, the system closes, or the attempt has reached a limit of its options. */
  signal: AbortSignal;
  /** Reports that the work continues; see `heartbeatMs`. */
  heartbeat(): void;
  /**
   * Runs `act` once: after a crash and in another attempt, a completed step returns its recorded result. `name` is unique within the effect.
   * The events of `commitWith` are committed in one batch with the result.
   */
  step<T>(name: string, act: () => Promise<T>, commitWith?: StepEvents<T>): Promise<T>;
  /** Returns the recorded result of a step without running it; undefined when the step has none. */
  recordedResult<T>(name: string): T | undefined;
  /** Returns the names of the steps that have recorded results, also of steps that this run did not reach yet. */
  recordedSteps(): string[];
  /** Emits events as if the parent had emitted them. Resolves after the commit. */
  emit(events: AnyEventObject[]): Promise<void>;
  /** Sends events to the parent actor on every call. Resolves after the commit. */
  sendToParent(events: AnyEventObject[]): Promise<void>;
}

/** Events that are committed together with a step's result. */
export interface StepEvents<T> {
  /** Events for the parent actor. */
  sendToParent?: (result: T) => AnyEventObject[];
  /** Events emitted as if by the parent. */
  emit?: (result: T) => AnyEventObject[];
}

/**
 * Creates the logic of an effect, to register in `setup({ actors })` or `machine.provide({ actors })`.
 *
 * @throws {TypeError} for an option that there is none of, and for a value that it cannot have
 * @example
 * const charge = effect<{ amount: number }, string>(({ input, key, signal }) => pay(input.amount, { key, signal }), {
 *   retry: { attempts: 5 },
 *   timeoutMs: 10_000,
 * });
 */
export function effect<Input, Output>(
  act: (context: EffectContext<Input>) => Promise<Output>,
  options: EffectOptions = {},
): PromiseActorLogic<Output, Input> {
  if (typeof act !== 'function') throw new TypeError('An effect needs a function that does its work.');
  assertEffectOptions(options);
  const slotsOf = slotsPerSystem(options.concurrency ?? Number.POSITIVE_INFINITY);
  const logic = fromPromise<Output, unknown>(() => new Promise(() => {}));
  return fromWork<Output, Input>(logic, ({ input, self }) => {
    const runtime = effectRuntimeOf(self.system);
    const abort = new EffectSignal();
    const result = runtime.barrier().then(() => {
      abort.throwIfAborted();
      const key = runtime.keyOf(self);
      const run = { options, runtime, key, name: String(self.src), abort, slots: slotsOf(self.system) };
      // Results can be large, and only another attempt reads them.
      const results: StepResults | undefined = options.retry && new Map();
      return runAttempts(run, attempt =>
        runtime.trace(self, () => act(createContext<Input>({ input, self, attempt, results }))),
      );
    });
    return { result, abort: () => abort.abort() };
  });
}

function slotsPerSystem(limit: number): (system: object) => Slots {
  const slots = new WeakMap<object, Slots>();
  return system => {
    const own = slots.get(system) ?? new Slots(limit);
    slots.set(system, own);
    return own;
  };
}

/** Results of the steps that finished in this process, for the next attempt. */
type StepResults = Map<string, { result: unknown }>;

interface ContextParts<Input> {
  input: Input;
  self: AnyActorRef;
  attempt: Attempt;
  results: StepResults | undefined;
}

function createContext<Input>({ input, self, attempt, results }: ContextParts<Input>): EffectContext<Input> {
  const { abort, heartbeat } = attempt;
  const runtime = effectRuntimeOf(self.system);
  // The root of a durable system is a machine, so every effect has a parent.
  const parent = parentOf(self);
  let names: Set<string> | undefined;
  const recordedStep = (name: string) => results?.get(name) ?? runtime.steps.recorded(runtime.keyOf(self), name);
  return {
    input,
    key: runtime.serviceKeyOf(self),
    get signal() {
      return abort.signal;
    },
    heartbeat,
    async step<T>(name: string, run: () => Promise<T>, commitWith: StepEvents<T> = {}): Promise<T> {
      if (name === retryStep) throw new TypeError(`A step cannot be called "${retryStep}".`);
      names ??= new Set();
      if (names.has(name)) throw new TypeError(`The step "${name}" appears twice in one effect.`);
      names.add(name);
      const recorded = recordedStep(name);
      if (recorded !== undefined) return recorded.result as T;
      abort.throwIfAborted();
      const result = await run();
      abort.throwIfAborted();
      const emitted = commitWith.emit?.(result) ?? [];
      const sent = commitWith.sendToParent?.(result) ?? [];
      runtime.steps.save(runtime.keyOf(self), name, result);
      results?.set(name, { result });
      for (const event of emitted) runtime.emit(parent, event);
      for (const event of sent) parent.send(event);
      await runtime.barrier();
      return result;
    },
    recordedResult: <T>(name: string) => recordedStep(name)?.result as T | undefined,
    recordedSteps: () => [...runtime.steps.names(runtime.keyOf(self))],
    async emit(events: AnyEventObject[]): Promise<void> {
      abort.throwIfAborted();
      for (const event of events) runtime.emit(parent, event);
      await runtime.barrier();
    },
    async sendToParent(events: AnyEventObject[]): Promise<void> {
      abort.throwIfAborted();
      for (const event of events) parent.send(event);
      await runtime.barrier();
    },
  };
}
