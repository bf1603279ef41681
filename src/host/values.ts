/**
 * Values as they travel: JSON, and what JSON has no word for under a mark of ours. The mark is the key `$`; an object
 * that has such a key itself is wrapped, so that nothing that is sent can be mistaken for a mark.
 */

interface Marked {
  $: 'buffer' | 'undefined' | 'object';
  value?: unknown;
}

/** The value with marks in it. What needs none is returned as it is, not copied. */
export function pack(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $: 'buffer', value: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) {
    return changed(value, item => (item === undefined ? { $: 'undefined' } : pack(item)));
  }
  if (typeof value !== 'object' || value === null) return value;
  const packed = changedFields(value, pack);
  return Object.hasOwn(value, '$') ? { $: 'object', value: packed } : packed;
}

/** What was packed. @throws {TypeError} at a mark nobody makes */
export function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return changed(value, unpack);
  if (typeof value !== 'object' || value === null) return value;
  if (!Object.hasOwn(value, '$')) return changedFields(value, unpack);
  const marked = value as Marked;
  switch (marked.$) {
    case 'buffer':
      return Buffer.from(String(marked.value), 'base64');
    case 'undefined':
      return undefined;
    case 'object':
      return changedFields(Object(marked.value), unpack);
    default:
      throw new TypeError(`A value is marked "${String(marked.$)}", which nobody does`);
  }
}

function changed(items: readonly unknown[], change: (item: unknown) => unknown): unknown {
  const next = items.map(change);
  return next.every((item, index) => item === items[index]) ? items : next;
}

function changedFields(value: object, change: (item: unknown) => unknown): object {
  let copy: [string, unknown][] | null = null;
  const entries = Object.entries(value);
  for (const [index, [key, item]] of entries.entries()) {
    const next = change(item);
    if (next === item) continue;
    copy ??= [...entries];
    copy[index] = [key, next];
  }
  return copy === null ? value : Object.fromEntries(copy);
}
