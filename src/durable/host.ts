/** How effects find the durable runtime their actor lives in: it hangs on XState's system object, under a symbol. */
import type { AnyActorRef, AnyEventObject } from 'xstate';

export interface EffectHost {
  barrier(): Promise<void>;
  keyOf(actor: AnyActorRef): string;
  emitted(actor: AnyActorRef, event: AnyEventObject): void;
  readonly steps: {
    recall(uid: string, name: string): { result: unknown } | undefined;
    keep(uid: string, name: string, result: unknown): void;
  };
}

// Registered, so that two copies of the package in one process know each other's systems.
const host: unique symbol = Symbol.for('troupe.durable.host') as never;

export function installHost(system: object, value: EffectHost): void {
  (system as { [host]?: EffectHost })[host] = value;
}

export function hostOf(system: object): EffectHost {
  const found = (system as { [host]?: EffectHost })[host];
  if (found === undefined) throw new TypeError('effect() runs in a system opened with openDurable().');
  return found;
}
