/** Limits of {@link toBoundedJson}. */
export interface JsonBounds {
  /** Characters per string. */
  text: number;
  /** Items per list, or keys per object. */
  items: number;
  depth: number;
  /** Values in total. */
  values: number;
}

export const defaultBounds: JsonBounds = { text: 2_000, items: 200, depth: 10, values: 4_000 };

/**
 * Converts a value to plain, bounded data for display elsewhere; actor references become names. `clean` is applied to
 * every string before it is cut, so that no partial secret remains.
 */
export function toBoundedJson(
  value: unknown,
  redact: (text: string) => string,
  bounds: JsonBounds = defaultBounds,
): unknown {
  let remaining = bounds.values;

  function convert(value: unknown, depth: number): unknown {
    remaining -= 1;
    if (typeof value === 'string') return truncate(redact(value));
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'function' || typeof value === 'symbol') return String(typeof value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= bounds.depth || remaining <= 0) return '…';
    if (Array.isArray(value)) return list(value, depth);
    if (value instanceof Error) return { name: value.name, message: truncate(redact(value.message)) };
    if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return convert(toJSON.call(value), depth + 1);
    if (value instanceof Map || value instanceof Set) return list([...value], depth);
    return fields(value, depth);
  }

  function truncate(text: string): string {
    const over = text.length - bounds.text;
    return over > 0 ? `${text.slice(0, bounds.text)}… ${over} more characters` : text;
  }

  function list(items: readonly unknown[], depth: number): unknown[] {
    const shown = items.slice(0, bounds.items).map(item => convert(item, depth + 1));
    return items.length > bounds.items ? [...shown, `… ${items.length - bounds.items} more`] : shown;
  }

  function fields(value: object, depth: number): Record<string, unknown> {
    const entries = Object.entries(value);
    const shown = entries.slice(0, bounds.items).map(([key, item]) => [key, convert(item, depth + 1)] as const);
    if (entries.length > bounds.items) shown.push(['…', `${entries.length - bounds.items} more`]);
    return Object.fromEntries(shown);
  }

  return convert(value, 0);
}
