import type { Collection, MapEntry, Value } from './document.ts';

/**
 * A collection whose text occurs in another version too, at the same keys: most of a large file. It refers to the one
 * read there, and its own entries, with their positions, are made when they are first needed, which is seldom.
 */
class SharedCollection implements Collection {
  readonly kind: Collection['kind'];
  readonly from: number;
  readonly to: number;
  readonly source: Collection;
  private own: MapEntry[] | null = null;

  constructor(source: Collection, from: number) {
    this.kind = source.kind;
    this.from = from;
    this.to = from + source.to - source.from;
    this.source = source;
  }

  get entries(): MapEntry[] {
    const shift = this.from - this.source.from;
    this.own ??= this.source.entries.map(({ key, from, to, value }) => ({
      key,
      from: from + shift,
      to: to + shift,
      value: shared(value, value.from + shift),
    }));
    return this.own;
  }
}

/** Returns a value of another version at its place in this one. */
export function shared(source: Value, from: number): Value {
  return source.kind === 'scalar'
    ? { ...source, from, to: from + source.to - source.from }
    : new SharedCollection(source, from);
}
