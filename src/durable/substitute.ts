/** Takes the place of a passivated actor where XState looks for a receiver, so that sending to it is no error. */
import type { AnyActorRef, AnyEventObject } from 'xstate';
import { TroupeError } from '../model/errors.ts';

interface SubstituteOptions {
  id: string;
  uid: string;
  systemId: string | undefined;
  parent: AnyActorRef;
  receive: (event: AnyEventObject) => void;
}

const substitutes = new WeakSet<object>();

/** Has what XState uses of a receiver, and what the runtime uses of a reference in a context. */
export function createSubstitute({ id, uid, systemId, parent, receive }: SubstituteOptions): AnyActorRef {
  const nothing = () => {};
  const substitute: object = {
    ...{ id, systemId, sessionId: `asleep:${uid}`, _parent: parent, system: parent.system },
    send: receive,
    _send: receive,
    // Stopping a passivated actor changes nothing: activate it first.
    _stop: nothing,
    start: nothing,
    on: () => ({ unsubscribe: nothing }),
    subscribe: () => ({ unsubscribe: nothing }),
    getSnapshot: () => ({ status: 'active', output: undefined, error: undefined }),
    toJSON: () => ({ xstate$$type: 1, id }),
  };
  Object.assign(substitute, { ref: substitute });
  substitutes.add(substitute);
  return substitute as AnyActorRef;
}

export const isSubstitute = (ref: object): boolean => substitutes.has(ref);

/** Returns the actor in memory that is registered under a systemId. */
export function findActive(system: AnyActorRef['system'], systemId: string): AnyActorRef | undefined {
  const ref: AnyActorRef | undefined = system.get(systemId);
  return ref === undefined || substitutes.has(ref) ? undefined : ref;
}

/** Returns it. @throws {TroupeError} UNKNOWN_ACTOR */
export function getActive(system: AnyActorRef['system'], systemId: string): AnyActorRef {
  const actor = findActive(system, systemId);
  if (actor !== undefined) return actor;
  throw new TroupeError('UNKNOWN_ACTOR', `No actor is registered under "${systemId}".`, { where: systemId });
}
