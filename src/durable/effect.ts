/**
 * Effects: the only place where a durable system touches the world. An effect is an actor like any other, so a chart
 * invokes or spawns it by name; what makes it durable:
 * - it begins only after the batch that asked for it is on disk;
 * - its key, the persisted uid of its actor, is the same when it is asked again after a crash;
 * - its answer is committed in one batch with what the chart made of it, so it is asked again exactly when that batch
 *   did not make it to the disk;
 * - steps that finished replay their recorded result.
 */
import {
  type AnyActorRef,
  type AnyEventObject,
  fromPromise,
  type NonReducibleUnknown,
  type PromiseActorLogic,
} from 'xstate';
import { hostOf } from './host.ts';

export interface EffectContext<Input> {
  input: Input;
  /** The same for every attempt at this effect: give it to the outside as an idempotency key. */
  key: string;
  /** Aborted when the actor is stopped or the system closes. */
  signal: AbortSignal;
  /**
   * Runs `act` once: after a crash a step that finished gives its recorded result. `name` is unique within the effect.
   * What it tells the parent and the facts it reports are committed in one batch with the result.
   */
  step<T>(name: string, act: () => Promise<T>, also?: StepReport<T>): Promise<T>;
  /** The recorded result of a step, without running it; undefined where it has none. */
  recall<T>(name: string): T | undefined;
  /** Reports facts as if the parent had emitted them; resolves after commit. */
  record(facts: AnyEventObject[]): Promise<void>;
  /** Sends events to the parent actor, each time it is asked; resolves after commit. */
  tell(events: AnyEventObject[]): Promise<void>;
}

export interface StepReport<T> {
  /** Events for the parent actor. */
  tell?: (result: T) => AnyEventObject[];
  /** Facts, as if the parent had emitted them. */
  facts?: (result: T) => AnyEventObject[];
}

/**
 * Logic of an effect, to register in `setup({ actors })` or `machine.provide({ actors })`.
 *
 * @example
 * const charge = effect<{ amount: number }, string>(({ input, key, signal }) => pay(input.amount, { key, signal }));
 */
export function effect<Input, Output>(
  act: (context: EffectContext<Input>) => Promise<Output>,
): PromiseActorLogic<Output, Input> {
  return fromPromise<Output, Input & NonReducibleUnknown>(({ input, self, system, signal }) => {
    const host = hostOf(system);
    return host.barrier().then(() => {
      signal.throwIfAborted();
      return act(contextOf<Input>(input, self, signal));
    });
  }) as PromiseActorLogic<Output, Input>;
}

function contextOf<Input>(input: Input, self: AnyActorRef, signal: AbortSignal): EffectContext<Input> {
  const host = hostOf(self.system);
  // The root of a durable system is a machine, so an effect in one has a parent.
  const parent = self._parent as AnyActorRef;
  const names = new Set<string>();
  return {
    input,
    key: host.keyOf(self),
    signal,
    async step<T>(name: string, run: () => Promise<T>, also: StepReport<T> = {}): Promise<T> {
      if (names.has(name)) throw new TypeError(`The step "${name}" appears twice in one effect.`);
      names.add(name);
      const recalled = host.steps.recall(host.keyOf(self), name);
      if (recalled !== undefined) return recalled.result as T;
      signal.throwIfAborted();
      const result = await run();
      signal.throwIfAborted();
      const facts = also.facts?.(result) ?? [];
      const events = also.tell?.(result) ?? [];
      host.steps.keep(host.keyOf(self), name, result);
      for (const fact of facts) host.emitted(parent, fact);
      for (const event of events) parent.send(event);
      await host.barrier();
      return result;
    },
    recall: <T>(name: string) => host.steps.recall(host.keyOf(self), name)?.result as T | undefined,
    async record(facts: AnyEventObject[]): Promise<void> {
      signal.throwIfAborted();
      for (const fact of facts) host.emitted(parent, fact);
      await host.barrier();
    },
    async tell(events: AnyEventObject[]): Promise<void> {
      signal.throwIfAborted();
      for (const event of events) parent.send(event);
      await host.barrier();
    },
  };
}
