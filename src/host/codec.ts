/**
 * Encodes values for transport as JSON; values that JSON cannot express get the tag key `$`. An object that has such
 * a key itself is wrapped, so that no data can be mistaken for a tag.
 */

interface TaggedValue {
  $: 'buffer' | 'undefined' | 'object';
  value?: unknown;
}

/** Returns the value with tags. A value that needs none is returned itself, not copied. */
export function encode(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $: 'buffer', value: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) {
    return mapItems(value, item => (item === undefined ? { $: 'undefined' } : encode(item)));
  }
  if (typeof value !== 'object' || value === null) return value;
  const encoded = mapFields(value, encode);
  return Object.hasOwn(value, '$') ? { $: 'object', value: encoded } : encoded;
}

/** Returns the original value. @throws {TypeError} for an unknown tag */
export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return mapItems(value, decode);
  if (typeof value !== 'object' || value === null) return value;
  if (!Object.hasOwn(value, '$')) return mapFields(value, decode);
  const tagged = value as TaggedValue;
  switch (tagged.$) {
    case 'buffer':
      return Buffer.from(String(tagged.value), 'base64');
    case 'undefined':
      return undefined;
    case 'object':
      return mapFields(Object(tagged.value), decode);
    default:
      throw new TypeError(`Unknown type tag "${String(tagged.$)}"`);
  }
}

function mapItems(items: readonly unknown[], change: (item: unknown) => unknown): unknown {
  const next = items.map(change);
  return next.every((item, index) => item === items[index]) ? items : next;
}

function mapFields(value: object, change: (item: unknown) => unknown): object {
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
