/** A copy that nobody can change, down to its last value: many have it, and what it was made of goes on being used. */
export function freezeCopy<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(freezeCopy)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, freezeCopy(inner)]));
  return Object.freeze(copy) as Value;
}
