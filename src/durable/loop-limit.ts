/**
 * Ends a machine that never comes to rest. XState follows an `always` or a `raise` that leads back to itself forever, and
 * the process neither answers nor writes any more. With the error, the machine keeps the state before the event.
 */
import type { InspectionEvent } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import { asLiveActor, type LiveActor, stepsMaxOf } from './xstate-internals.ts';

/** Steps that one event may cause in a machine, unless the machine says otherwise in `options.maxIterations`. */
const stepsMax = 10_000;

/**
 * Wraps a listener for inspection events: it fails the transition that takes too many steps. `instance` is the name of the root
 * in the error. @default its id
 */
export function withLoopLimit(
  listener: (event: InspectionEvent) => void,
  instance?: string,
): (event: InspectionEvent) => void {
  const steps = new StepCounts();
  return event => {
    if (event.type === '@xstate.microstep') {
      const count = steps.add(event.actorRef);
      if (count > stepsMax) {
        const lastEvent = event.event.type;
        assertBelowOwnLimit(asLiveActor(event.actorRef), { count, lastEvent, instance });
      }
    } else if (event.type === '@xstate.snapshot') {
      steps.end(event.actorRef);
    }
    listener(event);
  };
}

/** Counts the steps of each transition. Most end before another actor takes a step, so only the others are in a map. */
class StepCounts {
  #actor: object | undefined;
  #count = 0;
  #others: WeakMap<object, number> | undefined;

  add(actor: object): number {
    if (actor !== this.#actor) {
      if (this.#actor !== undefined) {
        this.#others ??= new WeakMap();
        this.#others.set(this.#actor, this.#count);
      }
      this.#actor = actor;
      this.#count = this.#others?.get(actor) ?? 0;
    }
    return ++this.#count;
  }

  end(actor: object): void {
    if (actor === this.#actor) this.#actor = undefined;
    this.#others?.delete(actor);
  }
}

function assertBelowOwnLimit(
  actor: LiveActor,
  { count, lastEvent, instance }: { count: number; lastEvent: string; instance: string | undefined },
): void {
  const own = stepsMaxOf(actor.logic);
  const limit = Number.isFinite(own) ? own : stepsMax;
  if (count <= limit) return;
  const where = pathOf(actor, instance);
  throw new TroupeError(
    'ENDLESS_LOOP',
    `The machine "${where}" took ${limit} steps and came to no rest: an always or a raise leads back to itself. ` +
      `The last event was "${lastEvent}".`,
    { where },
  );
}

/** The ids from the root to the actor. */
const pathOf = ({ id, _parent }: LiveActor, root: string | undefined): string =>
  _parent === undefined ? (root ?? id) : `${pathOf(_parent, root)}/${id}`;
