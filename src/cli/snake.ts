/** Keys whose values are somebody else's words: what is in them is passed on as it is. */
const verbatim = new Set([
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
export function snakeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [snake(key), verbatim.has(key) ? inner : snakeKeys(inner)]),
  );
}

export function snake(key: string): string {
  return key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
