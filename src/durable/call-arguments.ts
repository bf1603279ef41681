/**
 * Checks what an application passes. A request without an id, a key or an event must be refused before it changes anything:
 * a missing key would be one key for all, and an event without a type would stop the instance.
 */

/** @throws {TypeError} for an id that is no string, or empty */
export function assertInstanceId({ machine, id }: { machine: string; id: string }): void {
  assertText(id, `The id of an instance of "${machine}"`);
}

/** @throws {TypeError} for a key that is no string, or empty */
export function assertCommandKey(key: unknown): void {
  assertText(key, 'The key of a command');
}

/** @throws {TypeError} for what is no object with a `type` */
export function assertEvent(event: unknown): void {
  const { type } = typeof event === 'object' && event !== null ? (event as { type?: unknown }) : {};
  if (typeof type === 'string' && type !== '') return;
  throw new TypeError(`An event must be an object whose type is a string that is not empty; it is ${describe(event)}.`);
}

function assertText(value: unknown, what: string): void {
  if (typeof value === 'string' && value !== '') return;
  throw new TypeError(`${what} must be a string that is not empty; it is ${describe(value)}.`);
}

/** Names the kind of a value and not its content, which may be secret. */
function describe(value: unknown): string {
  if (value === '') return 'an empty string';
  if (value === undefined || value === null) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return 'type' in value
    ? `an object whose type is ${describe((value as { type: unknown }).type)}`
    : 'one without a type';
}
