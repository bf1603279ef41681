/** Parses text that is a JSON object; returns null for every other text. */
export function parseJsonObject(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Parses a line that is a JSON object with a type, as agents print them; returns null for every other line. */
export function parseTypedLine(line: string): (Record<string, unknown> & { type: string }) | null {
  const value = parseJsonObject(line);
  return typeof value?.type === 'string' ? { ...value, type: value.type } : null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value at a path of keys; undefined if there is none. */
export function valueAt(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((found, key) => (isObject(found) ? found[key] : undefined), value);
}

export function stringAt(value: unknown, ...path: string[]): string | null {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : null;
}

/** Returns a number of at least zero; null for every other value. */
export function amountAt(value: unknown, ...path: string[]): number | null {
  const found = valueAt(value, ...path);
  return typeof found === 'number' && found >= 0 ? found : null;
}

export function objectsAt(value: unknown, ...path: string[]): Record<string, unknown>[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

/** Adds the amounts that are not null; null if there is none. */
export function sumOf(...amounts: readonly (number | null)[]): number | null {
  const there = amounts.filter(amount => amount !== null);
  return there.length === 0 ? null : there.reduce((sum, amount) => sum + amount, 0);
}
