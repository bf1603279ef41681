/** Lets effects find the durable runtime of their actor, which is stored on XState's system object under a symbol. */
import type { AnyActorRef, AnyEventObject } from 'xstate';
import type { Clock } from '../ports/clock.ts';

export interface EffectRuntime {
  readonly clock: Clock;
  barrier(): Promise<void>;
  /** Uid of the actor, under which its steps are recorded. */
  keyOf(actor: AnyActorRef): string;
  /** Key of the effect for the services that it calls. */
  serviceKeyOf(actor: AnyActorRef): string;
  /** Runs one attempt. */
  trace<T>(actor: AnyActorRef, work: () => Promise<T>): Promise<T>;
  emit(actor: AnyActorRef, event: AnyEventObject): void;
  readonly steps: {
    recorded(uid: string, name: string): { result: unknown } | undefined;
    names(uid: string): ReadonlySet<string>;
    save(uid: string, name: string, result: unknown): void;
  };
}

// A registered symbol, so that two copies of the package in one process find each other's systems.
const runtimeKey: unique symbol = Symbol.for('troupe.durable.effects') as never;

export function installEffectRuntime(system: object, runtime: EffectRuntime): void {
  (system as { [runtimeKey]?: EffectRuntime })[runtimeKey] = runtime;
}

export function effectRuntimeOf(system: object): EffectRuntime {
  const runtime = (system as { [runtimeKey]?: EffectRuntime })[runtimeKey];
  if (runtime === undefined) throw new TypeError('effect() runs in a system opened with openDurable().');
  return runtime;
}
