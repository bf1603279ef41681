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
  entries: MapEntry[];
  canon?: string;
  places?: ReadonlyMap<string, number>;
}

/** What a value means, without the text that says it. */
export type Meaning =
  | { kind: 'scalar'; canon: string }
  | { kind: 'map' | 'list'; entries: readonly { key: string; value: Meaning }[]; canon?: string };

/** `from` to `to` is the entry's own text: key and value, in YAML whole lines with the comments above them. */
export interface MapEntry {
  /** Of a map its key; of a list what the item means. */
  key: string;
  from: number;
  to: number;
  value: Value;
}

/** What a value means, whatever its layout and the order of its keys. */
export function canonicalText(value: Meaning): string {
  if (value.kind === 'scalar') return value.canon;
  value.canon ??= canonicalEntries(value);
  return value.canon;
}

function canonicalEntries({ kind, entries }: Exclude<Meaning, { kind: 'scalar' }>): string {
  if (kind === 'list') return `[${entries.map(({ value }) => canonicalText(value)).join(',')}]`;
  const said = entries.map(({ key, value }) => `${JSON.stringify(key)}:${canonicalText(value)}`).sort();
  return `{${said.join(',')}}`;
}

/**
 * Whether two values have one meaning, as {@link canonicalText} has it, without writing it down: that takes as long as all the rest where
 * there are many keys.
 */
export function sameMeaning(a: Meaning, b: Meaning): boolean {
  if (a === b) return true;
  if (a.kind === 'scalar' || b.kind === 'scalar' || a.kind !== b.kind) return canonicalText(a) === canonicalText(b);
  if (a.entries.length !== b.entries.length) return false;
  const inStep = a.kind === 'list' || a.entries.every(({ key }, i) => key === b.entries[i]?.key);
  if (inStep)
    return a.entries.every(({ value }, i) => sameMeaning(value, (b.entries[i] as (typeof b.entries)[0]).value));
  const byKey = new Map(b.entries.map(({ key, value }) => [key, value]));
  // With a key twice in one of them it is not known which of the two values counts.
  if (byKey.size < b.entries.length) return canonicalText(a) === canonicalText(b);
  return a.entries.every(({ key, value }) => {
    const other = byKey.get(key);
    byKey.delete(key);
    return other !== undefined && sameMeaning(value, other);
  });
}

/** Where each key of a map stands among its entries; of one that is there twice the last. */
export function placesOf(collection: Collection): ReadonlyMap<string, number> {
  collection.places ??= new Map(collection.entries.map(({ key }, place) => [key, place]));
  return collection.places;
}

/** In maps up to here each key is compared with each. */
const fewMax = 8;

/**
 * The first key that stands twice in one map of a document.
 *
 * @param like a document in which none does: where this one has the same keys in the same order, there is nothing to look for
 */
export function repeatedKey(value: Value, like: Value | null = null): string | null {
  if (value.kind === 'scalar') return null;
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

/** @param place where it is looked for first */
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

/** Keys in the order of a model, which has each once, are there once themselves; only new ones are looked at. */
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
