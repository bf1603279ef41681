/** Returns a deeply frozen copy: it is shared, and the original stays in use. */
export function freezeCopy<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(freezeCopy)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, freezeCopy(inner)]));
  return Object.freeze(copy) as Value;
}
