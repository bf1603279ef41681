import { canonicalText, type MapEntry } from './document.ts';
import type { KeyPath } from './map-kind.ts';
import type { Rows } from './rows.ts';

/** A small map in which the sides changed different values: merged, but worth a review. */
export interface AdjacentChange {
  /** The keys from the root of the file to the map. */
  at: KeyPath;
  /** The keys whose values each side changed. */
  ground: string[];
  donor: string[];
}

/** Values of a map this small often belong together (a host and its port); a larger one is a list of settings. */
const smallMax = 8;

/** Returns scalars that one side changed next to scalars that the other changed; null when there are none. */
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
