/**
 * The content of a structured file with its text positions: the common form of JSON and YAML for merging. Offsets
 * count UTF-16 units of the document's text.
 */
export interface Document {
  text: string;
  root: Value;
  /** Every comment, trimmed. */
  comments: string[];
  /** The layout; documents with the same style can exchange text of several lines. */
  style: string;
}

export type Value = Collection | Scalar;

export interface Scalar {
  kind: 'scalar';
  from: number;
  to: number;
  /** Equal texts have equal meanings; different ones may, too. */
  canon: string;
}

/** A map, or a list whose items are its entries. */
export interface Collection {
  kind: 'map' | 'list';
  from: number;
  to: number;
  entries: MapEntry[];
  /** The collection of another version with the same text at the same keys. */
  source?: Collection;
  canon?: string;
  places?: ReadonlyMap<string, number>;
}

/** The meaning of a value, without its text. */
export type Meaning =
  | { kind: 'scalar'; canon: string }
  | { kind: 'map' | 'list'; entries: readonly { key: string; value: Meaning }[]; source?: Meaning; canon?: string };

/** `from` to `to` is the entry's own text: key and value, in YAML whole lines with the comments above them. */
export interface MapEntry {
  /** The key in a map; the meaning of the item in a list. */
  key: string;
  from: number;
  to: number;
  value: Value;
}

/** Returns the meaning of a value as text, independent of layout and key order. */
export function canonicalText(value: Meaning): string {
  if (value.kind === 'scalar') return value.canon;
  if (value.source !== undefined) return canonicalText(value.source);
  value.canon ??= canonicalEntries(value);
  return value.canon;
}

function canonicalEntries({ kind, entries }: Exclude<Meaning, { kind: 'scalar' }>): string {
  if (kind === 'list') return `[${entries.map(({ value }) => canonicalText(value)).join(',')}]`;
  const members = entries.map(({ key, value }) => `${JSON.stringify(key)}:${canonicalText(value)}`).sort();
  return `{${members.join(',')}}`;
}

/**
 * Returns whether two values have the same {@link canonicalText}, without building it, which would take as long as
 * everything else when there are many keys.
 */
export function sameMeaning(a: Meaning, b: Meaning): boolean {
  if (a === b) return true;
  if (a.kind === 'scalar' || b.kind === 'scalar' || a.kind !== b.kind) return canonicalText(a) === canonicalText(b);
  if ((a.source ?? a) === (b.source ?? b)) return true;
  if (a.entries.length !== b.entries.length) return false;
  const inStep = a.kind === 'list' || a.entries.every(({ key }, i) => key === b.entries[i]?.key);
  if (inStep)
    return a.entries.every(({ value }, i) => sameMeaning(value, (b.entries[i] as (typeof b.entries)[0]).value));
  const byKey = new Map(b.entries.map(({ key, value }) => [key, value]));
  // With a duplicate key it is unknown which of the two values counts.
  if (byKey.size < b.entries.length) return canonicalText(a) === canonicalText(b);
  return a.entries.every(({ key, value }) => {
    const other = byKey.get(key);
    byKey.delete(key);
    return other !== undefined && sameMeaning(value, other);
  });
}

/** Returns the index of each key among the entries of a map; for a duplicate key the last one. */
export function placesOf(collection: Collection): ReadonlyMap<string, number> {
  if (collection.source !== undefined) return placesOf(collection.source);
  collection.places ??= new Map(collection.entries.map(({ key }, place) => [key, place]));
  return collection.places;
}

/** In maps up to this size each key is compared with each. */
const fewMax = 8;

/**
 * Returns the first duplicate key in a map of the document.
 *
 * @param like a document without duplicate keys: maps with the same keys in the same order need no check
 */
export function repeatedKey(value: Value, like: Value | null = null): string | null {
  if (value.kind === 'scalar' || (like !== null && value.source === like)) return null;
  const { kind, entries } = value;
  const model = like?.kind === 'map' ? like : null;
  if (kind === 'map' && !isOnceEach(value, model)) return firstTwice(entries);
  for (let i = 0; i < entries.length; i++) {
    const { key, value: of } = entries[i] as MapEntry;
    if (of.kind === 'scalar') continue;
    const inside = repeatedKey(of, model === null ? null : valueAt(model, key, i));
    if (inside !== null) return inside;
  }
  return null;
}

/** @param place the index to try first */
function valueAt(map: Collection, key: string, place: number): Value | null {
  const expected = map.entries[place];
  if (expected?.key === key) return expected.value;
  return map.entries[placesOf(map).get(key) ?? -1]?.value ?? null;
}

function isOnceEach(map: Collection, model: Collection | null): boolean {
  const { entries } = map;
  if (entries.length <= fewMax) return isOnceEachOfFew(entries);
  return (model !== null && isOnceBeside(entries, model)) || placesOf(map).size === entries.length;
}

function isOnceEachOfFew(entries: readonly MapEntry[]): boolean {
  for (let i = 1; i < entries.length; i++) {
    for (let j = 0; j < i; j++) if (entries[i]?.key === entries[j]?.key) return false;
  }
  return true;
}

/** Keys in the order of a map without duplicates are unique themselves; only new ones are checked. */
function isOnceBeside(entries: readonly MapEntry[], model: Collection): boolean {
  const fresh: string[] = [];
  let next = 0;
  for (const { key } of entries) {
    if (model.entries[next]?.key === key) {
      next++;
      continue;
    }
    const place = placesOf(model).get(key);
    if (place === undefined) fresh.push(key);
    else if (place < next) return false;
    else next = place + 1;
  }
  return new Set(fresh).size === fresh.length;
}

function firstTwice(entries: readonly MapEntry[]): string | null {
  const seen = new Set<string>();
  return entries.find(({ key }) => seen.size === seen.add(key).size)?.key ?? null;
}
