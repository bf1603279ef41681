/** The error of a value that has no stored form: what it is, where in its row, and whose row. */
import { TroupeError } from '../model/errors.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import type { ActorEntry, ActorRegistry } from './actor-registry.ts';
import { uidOfKey } from './keys.ts';

interface Refusal {
  /** From the stored row to the value, such as `.context.timer`. */
  path: string;
  value: unknown;
  /** What the value is, where its class does not say it. */
  reason: string | undefined;
  where: string | undefined;
}

export function notStorable({ path, value, reason = describe(value), where }: Refusal): TroupeError {
  const place = path === '' ? 'The value' : `The value at ${path.replace(/^\./, '')}`;
  return new TroupeError('NOT_STORABLE', `${place} cannot be stored: it is ${reason}.`, {
    ...omitUndefined({ where }),
    details: { path },
  });
}

/** Names the actor where a store could only name the key of its row. `root` is the name of the root. @default its id */
export function nameActor(error: unknown, actors: ActorRegistry, root?: string): unknown {
  if (!TroupeError.is(error) || error.code !== 'NOT_STORABLE' || error.where === undefined) return error;
  const entry = actors.byUid(uidOfKey(error.where));
  if (entry === undefined) return error;
  const { message, hints, details = {} } = error;
  return new TroupeError(error.code, message, { where: actorPath(entry, root), hints, details });
}

/** The ids from the root to the actor. `root` is the name of the root. @default its id */
export const actorPath = ({ ref, parent }: ActorEntry, root?: string): string =>
  parent === undefined ? (root ?? ref.id) : `${actorPath(parent, root)}/${ref.id}`;

function describe(value: unknown): string {
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value === 'symbol') return `the ${String(value)}`;
  const name: unknown = (value as object).constructor?.name;
  return typeof name === 'string' && name !== 'Object' ? `an instance of ${name}` : 'an object that is not plain data';
}
