import { type Collection, type MapEntry, placesOf } from './document.ts';

/** One key of a map with its entry in each version. */
export interface Row {
  key: string;
  /** A unique number, from 0. */
  id: number;
  base: MapEntry | null;
  left: MapEntry | null;
  right: MapEntry | null;
}

/** A key that all three versions have. */
export type Kept = Row & { base: MapEntry; left: MapEntry; right: MapEntry };

/** The keys of each version, in its order; a key in several versions is the same row. */
export interface Rows {
  base: readonly Row[];
  left: readonly Row[];
  right: readonly Row[];
  /** Number of rows. */
  count: number;
}

/**
 * Three versions of a map, side by side. No version may have a duplicate key.
 *
 * Most keys follow the same key as in the base, so they are compared with its successor first. Looking up each key
 * would take most of the time for a file with many keys; only moved and new ones are looked up.
 */
export function rowsOf(maps: Record<'base' | 'left' | 'right', Collection>): Rows {
  const base = maps.base.entries.map(
    (entry, id): Row => ({ key: entry.key, id, base: entry, left: null, right: null }),
  );
  const fresh = new Map<string, Row>();
  let count = base.length;
  const find = (key: string): Row => {
    const place = placesOf(maps.base).get(key);
    const known = place === undefined ? fresh.get(key) : base[place];
    if (known !== undefined) return known;
    const row: Row = { key, id: count++, base: null, left: null, right: null };
    fresh.set(key, row);
    return row;
  };
  const side = (name: 'left' | 'right'): Row[] => {
    let next = 0;
    return maps[name].entries.map(entry => {
      const expected = base[next];
      const row = expected?.key === entry.key ? expected : find(entry.key);
      if (row.base !== null) next = row.id + 1;
      row[name] = entry;
      return row;
    });
  };
  const [left, right] = [side('left'), side('right')];
  return { base, left, right, count };
}
