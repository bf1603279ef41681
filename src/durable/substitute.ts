/** Takes the place of a passivated actor where XState looks for a receiver, so that sending to it is no error. */
import type { AnyActorRef, AnyEventObject } from 'xstate';
import { TroupeError } from '../model/errors.ts';
import { createReceiver } from './xstate-internals.ts';

interface SubstituteOptions {
  id: string;
  uid: string;
  systemId: string | undefined;
  parent: AnyActorRef;
  receive: (event: AnyEventObject) => void;
}

const substitutes = new WeakSet<object>();

export function createSubstitute({ id, uid, systemId, parent, receive }: SubstituteOptions): AnyActorRef {
  const substitute = createReceiver({ id, systemId, sessionId: `asleep:${uid}`, parent, receive });
  substitutes.add(substitute);
  return substitute;
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
