/** A copy that nobody can change, down to its last value: many have it, and what it was made of goes on being used. */
export function sealed<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(sealed)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sealed(inner)]));
  return Object.freeze(copy) as Value;
}
