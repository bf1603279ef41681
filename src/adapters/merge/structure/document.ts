/**
 * What a structured file says, and where its text stands: the common form of JSON and YAML that merging works on.
 * Offsets count UTF-16 units of the document's text.
 */
export interface Document {
  text: string;
  root: Value;
  /** Every comment, trimmed. */
  comments: string[];
  /** How it is laid out; two documents of one style can lend each other text of several lines. */
  style: string;
}

export type Value = Collection | Scalar;

export interface Scalar {
  kind: 'scalar';
  from: number;
  to: number;
  /** Equal for equal meanings; different ones may well mean the same. */
  canon: string;
}

/** A map, or a list whose items are its entries. */
export interface Collection {
  kind: 'map' | 'list';
  from: number;
  to: number;
  entries: Entry[];
  canon?: string;
}

/** `from` to `to` is the entry's own text: key and value, in YAML whole lines with the comments above them. */
export interface Entry {
  /** Of a map its key; of a list what the item means. */
  key: string;
  from: number;
  to: number;
  value: Value;
}

/** What a value means, whatever its layout and the order of its keys. */
export function canonOf(value: Value): string {
  if (value.kind === 'scalar') return value.canon;
  value.canon ??= canonOfEntries(
    value.kind,
    value.entries.map(({ key, value: of }) => [key, canonOf(of)]),
  );
  return value.canon;
}

export function canonOfEntries(kind: Collection['kind'], entries: readonly [key: string, canon: string][]): string {
  if (kind === 'list') return `[${entries.map(([, canon]) => canon).join(',')}]`;
  const said = entries.map(([key, canon]) => `${JSON.stringify(key)}:${canon}`).sort();
  return `{${said.join(',')}}`;
}

/** The first key that stands twice in one map of a document. */
export function repeatedKey(value: Value): string | null {
  if (value.kind === 'scalar') return null;
  const { kind, entries } = value;
  if (kind === 'map' && new Set(entries.map(({ key }) => key)).size < entries.length) return firstTwice(entries);
  for (const { value: of } of entries) {
    const inside = repeatedKey(of);
    if (inside !== null) return inside;
  }
  return null;
}

function firstTwice(entries: readonly Entry[]): string | null {
  const seen = new Set<string>();
  return entries.find(({ key }) => seen.size === seen.add(key).size)?.key ?? null;
}
