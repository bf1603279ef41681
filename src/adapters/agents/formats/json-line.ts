/** A line that is a JSON object, as agents print them; null for every other line. */
export function parseJsonLine(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is below a path of keys; undefined where there is nothing. */
export function valueAt(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((found, key) => (isObject(found) ? found[key] : undefined), value);
}

export function stringAt(value: unknown, ...path: string[]): string | null {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : null;
}

/** An amount: what is none, or below zero, is not there. */
export function amountAt(value: unknown, ...path: string[]): number | null {
  const found = valueAt(value, ...path);
  return typeof found === 'number' && found >= 0 ? found : null;
}

export function objectsAt(value: unknown, ...path: string[]): Record<string, unknown>[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

/** The sum of those amounts that are there; null where there is none of them. */
export function sumOf(...amounts: readonly (number | null)[]): number | null {
  const there = amounts.filter(amount => amount !== null);
  return there.length === 0 ? null : there.reduce((sum, amount) => sum + amount, 0);
}
