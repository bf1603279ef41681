import { canonicalText, type MapEntry } from './document.ts';
import type { KeyPath } from './map-kind.ts';
import type { Rows } from './rows.ts';

/** A small map in which one side changed some values and the other side others: merged, and worth a look. */
export interface AdjacentChange {
  /** The keys from the root of the file to the map. */
  at: KeyPath;
  /** Whose values one side changed, and whose the other. */
  ground: string[];
  donor: string[];
}

/** Values of a map this small often mean something together (a host and its port); of a larger one they are a list of settings. */
const smallMax = 8;

/** Scalars that one side changed beside scalars that the other side changed; null where there are none. */
export function adjacentIn({ base, left, right }: Rows, at: KeyPath): AdjacentChange | null {
  if ([base, left, right].some(({ length }) => length > smallMax)) return null;
  const found: AdjacentChange = { at, ground: [], donor: [] };
  for (const row of base) {
    const { key, base: before, left: mine, right: other } = row;
    if (before === null || mine === null || other === null || ![before, mine, other].every(isScalar)) continue;
    const [was, now, then] = [before, mine, other].map(({ value }) => canonicalText(value));
    if (now !== was && then === was) found.ground.push(key);
    if (then !== was && now === was) found.donor.push(key);
  }
  return found.ground.length > 0 && found.donor.length > 0 ? found : null;
}

function isScalar({ value }: MapEntry): boolean {
  return value.kind === 'scalar';
}
