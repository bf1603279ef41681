import { type Collection, canonOf, type Entry } from './document.ts';
import { Doubt } from './doubt.ts';
import type { MapKind } from './map-kind.ts';
import { sameOrder, sorting, withAdded } from './order.ts';

export type Entries = ReadonlyMap<string, Entry>;

/** One map, as the three versions of a file have it. */
export interface MapSides {
  base: Entries;
  ours: Entries;
  theirs: Entries;
}

/** The entries of a map by their keys. */
export function byKey({ entries }: Collection): Map<string, Entry> {
  return new Map(entries.map(entry => [entry.key, entry]));
}

interface MergedMaps {
  base: Entries;
  ground: Entries;
  donor: Entries;
}

/** The keys that the merged map has, in order. @throws {Doubt} */
export function mapOrder(sides: MergedMaps, kind: MapKind): string[] {
  const { base, ground, donor } = sides;
  const inDonor = [...donor.keys()];
  if (![base, ground].some(side => sameOrder([...side.keys()], inDonor))) {
    throw new Doubt('the other side put the keys in another order', true);
  }
  refuseDeletedAndChanged(sides);
  refuseReplacedTwice(sides);
  const isNew = (key: string) => !base.has(key);
  const stay = [...ground.keys()].filter(key => donor.has(key) || isNew(key));
  const compare =
    kind === 'unordered'
      ? sorting([stay, inDonor.filter(key => ground.has(key) || isNew(key))])
      : kind === 'unknown'
        ? sorting([base, ground, donor].map(side => [...side.keys()]))
        : null;
  if (kind !== 'unordered' && compare === null) refuseGuessedOrder(sides);
  return withAdded(stay, inDonor, { isNew, compare });
}

function refuseDeletedAndChanged({ base, ground, donor }: MergedMaps): void {
  for (const [key, before] of base) {
    const left = [ground.get(key), donor.get(key)].filter(entry => entry !== undefined);
    const [only] = left;
    if (left.length === 1 && only !== undefined && canonOf(only.value) !== canonOf(before.value)) {
      throw new Doubt(`one side deleted ${key}, and the other changed it`);
    }
  }
}

/** What both deleted, one of them put something in place of: the other did not mean that to be there. */
function refuseReplacedTwice({ base, ground, donor }: MergedMaps): void {
  const deleted = [...base.keys()].find(key => !ground.has(key) && !donor.has(key));
  if (deleted === undefined) return;
  const added = [...addedTo(base, ground), ...addedTo(base, donor)];
  const alike = (key: string) => {
    const [mine, other] = [ground.get(key), donor.get(key)];
    return mine !== undefined && other !== undefined && canonOf(mine.value) === canonOf(other.value);
  };
  const one = added.find(key => !alike(key));
  if (one !== undefined) throw new Doubt(`both sides deleted ${deleted}, and one put ${one} in its place`);
}

/** Where new keys of both sides meet in a map that is not sorted, either order would be a guess. */
function refuseGuessedOrder({ base, ground, donor }: MergedMaps): void {
  const [mine, other] = [
    placesOf({ side: ground, base, other: donor }),
    placesOf({ side: donor, base, other: ground }),
  ];
  if (other.size > 0 && !sameOrder([...ground.keys()], [...donor.keys()])) {
    throw new Doubt('one side put the keys in another order, and the other added some');
  }
  const taken = new Set(mine.values());
  for (const [key, place] of other) {
    if (taken.has(place)) throw new Doubt(`both sides added keys where ${key} is, and their order may matter`);
  }
}

/** Of each key that this side alone added, behind how many of the keys that both sides have it stands. */
function placesOf({ side, base, other }: Record<'side' | 'base' | 'other', Entries>): Map<string, number> {
  const places = new Map<string, number>();
  let before = 0;
  for (const key of side.keys()) {
    if (other.has(key)) before++;
    else if (!base.has(key)) places.set(key, before);
  }
  return places;
}

function addedTo(base: Entries, side: Entries): string[] {
  return [...side.keys()].filter(key => !base.has(key));
}
