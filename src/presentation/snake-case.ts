/** Keys whose values are user data and stay unchanged. */
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

/** Returns a value with all keys in snake_case, for JSON output. */
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
