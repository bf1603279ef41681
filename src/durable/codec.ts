/**
 * How a stored value becomes text, and text a value again. A value that JSON brings back as it was is written as JSON.
 * Any other is written by devalue, behind a character with which no JSON begins: `Date`, `Map`, `Set`, `BigInt`,
 * `RegExp`, `Error`, `URL`, bytes, `undefined`, `NaN`, infinities, -0, lists with holes and cycles come back as they
 * were. What has no such form is refused, because the machine would be another one after a restart.
 */
import { DevalueError, defaultStringifyOperations, parse, stringify } from '../libraries/devalue.ts';
import { notStorable } from './not-storable.ts';
import { isActorReference } from './xstate-internals.ts';

const devalueMark = '=';

/** Deeper values go to devalue, which finds cycles. */
const jsonDepth = 200;

/**
 * Returns the text of a value. An actor becomes the plain reference that XState restores it from.
 *
 * @param where named in the error: whose value it is
 * @throws {TroupeError} NOT_STORABLE for a function, a symbol, a promise, or an instance of another class
 */
export function encodeValue(value: unknown, where?: string): string {
  if (isJson(value, jsonDepth)) return JSON.stringify(value);
  try {
    return devalueMark + stringify(value, reducers, { operations });
  } catch (error) {
    if (!(error instanceof DevalueError)) throw error;
    const reason = holdsActors(error.value)
      ? 'a Map or Set that holds actors, which XState does not restore'
      : undefined;
    throw notStorable({ path: error.path, value: error.value, reason, where });
  }
}

/** Returns the value of a text that {@link encodeValue} wrote. @throws {Error} for any other text */
export function decodeValue(text: string): unknown {
  return text.startsWith(devalueMark) ? parse(text.slice(devalueMark.length), revivers) : JSON.parse(text);
}

/** Whether JSON brings the value back as it was. Actors count as their references. */
function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || (depth > 0 && isJsonObject(value, depth - 1));
    default:
      return false;
  }
}

function isJsonObject(value: object, depth: number): boolean {
  const prototype = Object.getPrototypeOf(value);
  if (Array.isArray(value)) return prototype === Array.prototype && isJsonList(value, depth);
  if (prototype !== Object.prototype) return isActorReference(value);
  for (const key in value) if (!isJson((value as Record<string, unknown>)[key], depth)) return false;
  return Object.getOwnPropertySymbols(value).length === 0 && !Object.hasOwn(value, 'toJSON');
}

/** By index, so that a hole is found. */
function isJsonList(list: unknown[], depth: number): boolean {
  for (let index = 0; index < list.length; index++) if (!isJson(list[index], depth)) return false;
  return true;
}

const errorClasses = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(type => [type.name, type]),
);

/** What an error has besides its enumerable properties. */
interface ErrorFields {
  name: string;
  message: string;
  stack?: string;
  cause?: unknown;
}

/** A reducer returns what is written in place of a value, and something falsy for a value that is not its own. */
const reducers = {
  Actor: (value: unknown) => isActorReference(value) && value.toJSON(),
  Buffer: (value: unknown) => Buffer.isBuffer(value) && [value.toString('base64')],
  Error: (value: unknown) => value instanceof Error && toErrorFields(value),
};

const revivers = {
  Actor: (reference: unknown) => reference,
  Buffer: ([text]: [string]) => Buffer.from(text, 'base64'),
  Error: ([fields, properties]: [ErrorFields, object]) => toError(fields, properties),
};

/** An instance of a class of its own has no tag, so that devalue refuses it. */
const operations = {
  tagOf: (value: object) => (isOfOwnClass(value) || holdsActors(value) ? '' : defaultStringifyOperations.tagOf(value)),
};

/** Returns true for an instance of a subclass of a built-in class, which would come back as one of that class. */
function isOfOwnClass(value: object): boolean {
  const builtIn = (globalThis as Record<string, unknown>)[defaultStringifyOperations.tagOf(value)];
  return typeof builtIn === 'function' && builtIn !== Object && Object.getPrototypeOf(value) !== builtIn.prototype;
}

/** XState restores actors that objects and lists refer to, and no others. */
const holdsActors = (value: unknown): boolean =>
  (value instanceof Map || value instanceof Set) && [...value.values()].some(isActorReference);

function toErrorFields(error: Error): [ErrorFields, object] {
  const { name, message, stack } = error;
  const fields: ErrorFields = { name, message };
  if (stack !== undefined) fields.stack = stack;
  if (Object.hasOwn(error, 'cause')) fields.cause = error.cause;
  // Without symbols: a TroupeError has one.
  return [fields, Object.fromEntries(Object.entries(error))];
}

/** An error of a class that is not built in comes back as an `Error` with its name, stack and properties. */
function toError({ name, message, stack, ...rest }: ErrorFields, properties: object): Error {
  const error = new (errorClasses.get(name) ?? Error)(message, rest);
  if (error.name !== name) define(error, 'name', name);
  define(error, 'stack', stack);
  return Object.assign(error, properties);
}

/** Not enumerable, as in an error that was thrown. */
function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true });
}
