import { AmbiguousMerge } from './ambiguous.ts';
import { canonicalText, type MapEntry } from './document.ts';
import { sameOrder, sorting, withAdded } from './key-order.ts';
import type { MapKind } from './map-kind.ts';
import type { Row, Rows } from './rows.ts';

/** Returns the rows of the merged map, in order; left is the side whose text is kept. @throws {AmbiguousMerge} */
export function mapOrder(rows: Rows, kind: MapKind): Row[] {
  const { base, left, right } = rows;
  if (!sameOrder({ rows: base, of: 'base' }, { rows: right, of: 'right' }) && !sameOrder(...sidesOf(rows))) {
    throw new AmbiguousMerge('the other side put the keys in another order', true);
  }
  refuseDeletedAndChanged(rows);
  refuseReplacedTwice(rows);
  const stay = left.filter(row => row.right !== null || row.base === null);
  const compare =
    kind === 'unordered'
      ? sorting([stay, right.filter(row => row.left !== null || row.base === null)].map(namesOf))
      : kind === 'unknown'
        ? sorting([base, left, right].map(namesOf))
        : null;
  if (kind !== 'unordered' && compare === null) refuseGuessedOrder(rows);
  return withAdded(stay, rows, compare);
}

function sidesOf({ left, right }: Rows): [{ rows: readonly Row[]; of: 'left' }, { rows: readonly Row[]; of: 'right' }] {
  return [
    { rows: left, of: 'left' },
    { rows: right, of: 'right' },
  ];
}

function namesOf(rows: readonly Row[]): string[] {
  return rows.map(({ key }) => key);
}

function refuseDeletedAndChanged({ base }: Rows): void {
  for (const { key, base: before, left, right } of base) {
    if (left !== null && right !== null) continue;
    const only = left ?? right;
    if (only !== null && canonicalText(only.value) !== canonicalText((before as MapEntry).value)) {
      throw new AmbiguousMerge(`one side deleted ${key}, and the other changed it`);
    }
  }
}

/** Both sides deleted a key and one replaced it: the other side may not want the replacement. */
function refuseReplacedTwice({ base, left, right }: Rows): void {
  const deleted = base.find(row => row.left === null && row.right === null);
  if (deleted === undefined) return;
  const one = [...left, ...right].find(row => row.base === null && !isAlike(row));
  if (one !== undefined)
    throw new AmbiguousMerge(`both sides deleted ${deleted.key}, and one put ${one.key} in its place`);
}

function isAlike({ left, right }: Row): boolean {
  return left !== null && right !== null && canonicalText(left.value) === canonicalText(right.value);
}

/** When new keys of both sides meet in an unsorted map, either order would be a guess. */
function refuseGuessedOrder(rows: Rows): void {
  const [mine, other] = [placesOf(rows.left, 'right'), placesOf(rows.right, 'left')];
  if (other.length > 0 && !sameOrder(...sidesOf(rows))) {
    throw new AmbiguousMerge('one side put the keys in another order, and the other added some');
  }
  const taken = new Set(mine.map(({ place }) => place));
  const met = other.find(({ place }) => taken.has(place));
  if (met !== undefined)
    throw new AmbiguousMerge(`both sides added keys where ${met.key} is, and their order may matter`);
}

/** Returns for each key that this side alone added, how many common keys come before it. */
function placesOf(side: readonly Row[], other: 'left' | 'right'): { key: string; place: number }[] {
  const places: { key: string; place: number }[] = [];
  let before = 0;
  for (const row of side) {
    if (row[other] !== null) before++;
    else if (row.base === null) places.push({ key: row.key, place: before });
  }
  return places;
}
