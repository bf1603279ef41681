/** Keys whose values are somebody else's words: what is in them is passed on as it is. */
const verbatimKeys = new Set([
  'arguments',
  'details',
  'engines',
  'env',
  'errorDetails',
  'estimate',
  'executionEnvironment',
  'input',
  'payload',
  'result',
]);

/** A value of ours as machines read it: keys in snake_case all the way down. */
export function toSnakeCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCaseKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      toSnakeCase(key),
      verbatimKeys.has(key) ? inner : toSnakeCaseKeys(inner),
    ]),
  );
}

export function toSnakeCase(key: string): string {
  return key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
