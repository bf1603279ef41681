/** What the effects of a system get of it. */
import type { AnyActorRef, AnyEventObject } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { ActorEntry, ActorRegistry } from './actor-registry.ts';
import type { TraceEffect } from './api.ts';
import type { EffectRuntime } from './effect-runtime.ts';
import type { Steps } from './steps.ts';

interface EffectsOptions {
  clock: Clock;
  steps: Steps;
  actors: Pick<ActorRegistry, 'entryOf'>;
  /** Begins the key of each effect. */
  keyPrefix: string | undefined;
  traceEffect: TraceEffect | undefined;
  barrier: () => Promise<void>;
  emit: (entry: ActorEntry, event: AnyEventObject) => void;
}

export function createEffects(options: EffectsOptions): EffectRuntime {
  const { clock, steps, actors, keyPrefix = '', traceEffect, barrier, emit } = options;
  const entryOf = (actor: AnyActorRef): ActorEntry => {
    const entry = actors.entryOf(actor);
    if (entry !== undefined) return entry;
    throw new TroupeError('CANCELLED', `The actor "${actor.id}" was stopped.`, { where: actor.id });
  };
  const serviceKeyOf = (actor: AnyActorRef) => `${keyPrefix}${entryOf(actor).uid}`;
  return {
    barrier,
    clock,
    steps,
    serviceKeyOf,
    trace: (actor, work) =>
      traceEffect === undefined ? work() : traceEffect({ src: String(actor.src), key: serviceKeyOf(actor) }, work),
    keyOf: actor => entryOf(actor).uid,
    emit: (actor, event) => emit(entryOf(actor), event),
  };
}
