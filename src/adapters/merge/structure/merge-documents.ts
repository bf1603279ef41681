import { type AdjacentChange, adjacentIn } from './adjacent.ts';
import { type Collection, canonOf, canonOfEntries, type Document, type Entry, type Value } from './document.ts';
import { Doubt } from './doubt.ts';
import { listOrder } from './lists.ts';
import { type KeyPath, mapKind } from './map-kind.ts';
import { byKey, mapOrder } from './maps.ts';

/** One entry of a merged collection: whose it is, and its text. */
export interface Part {
  /** Its place in the ground; null when it comes from the other side. */
  own: Entry | null;
  text: string;
}

/** How a format puts entries together. @throws {Doubt} */
export type Rebuild = (scene: {
  ground: Document;
  into: Collection;
  parts: readonly Part[];
  donor: Document;
  from: Collection;
}) => string;

export interface Sides {
  base: Document;
  /** The side whose text is kept where nothing of the other belongs. */
  ground: Document;
  /** The side whose changes are brought in. */
  donor: Document;
  rebuild: Rebuild;
  /** The file's, which tells what its maps are. */
  path: string;
  /** The keys from the root to what is merged. */
  at: KeyPath;
  /** Filled while merging. */
  adjacent: AdjacentChange[];
}

export interface Merged {
  text: string;
  /** Found only when it is asked for: it takes as long as the rest. */
  canon(): string;
}

/** The merged text and what it must mean. @throws {Doubt} where the sides contradict each other, or may. */
export function mergeDocuments(sides: Sides): Merged {
  const { base, ground, donor } = sides;
  const head = (document: Document) => document.text.slice(0, document.root.from);
  const tail = (document: Document) => document.text.slice(document.root.to);
  const root = mergeValue(sides, base.root, ground.root, donor.root);
  return {
    text: taken(head(base), head(ground), head(donor)) + root.text + taken(tail(base), tail(ground), tail(donor)),
    canon: root.canon,
  };
}

/** Of layout: what one side changed. */
function taken(base: string, ground: string, donor: string): string {
  if (donor === base || donor === ground) return ground;
  if (ground === base) return donor;
  throw new Doubt('both sides lay it out in another way');
}

function mergeValue(sides: Sides, base: Value, ground: Value, donor: Value): Merged {
  const [b, g, d] = [textOf(sides.base, base), textOf(sides.ground, ground), textOf(sides.donor, donor)];
  const keep = { text: g, canon: () => canonOf(ground) };
  if (d === b || d === g) return keep;
  const lend = () => ({ text: lent(sides, d), canon: () => canonOf(donor) });
  if (g === b) return lend();
  if (base.kind !== 'scalar' && base.kind === ground.kind && base.kind === donor.kind) {
    return mergeCollection(sides, base, ground as Collection, donor as Collection);
  }
  if (canonOf(donor) === canonOf(base) || canonOf(donor) === canonOf(ground)) return keep;
  if (canonOf(ground) === canonOf(base)) return lend();
  throw new Doubt('both sides changed one value');
}

function mergeCollection(sides: Sides, base: Collection, ground: Collection, donor: Collection): Merged {
  const beside = base.kind === 'map' ? adjacentIn({ base, ground, donor }, sides.at) : null;
  if (beside !== null) sides.adjacent.push(beside);
  if (base.kind === 'map' && [ground, donor].every(side => hasKeysOf(side, base))) {
    const merged = base.entries.map((entry, i) =>
      mergeEntry(sides, entry, ground.entries[i] as Entry, donor.entries[i] as Entry),
    );
    return { text: inPlace(sides, { base, ground, donor }, merged), canon: () => canonOfMap(base, merged) };
  }
  const [b, g, d] = [byKey(base), byKey(ground), byKey(donor)];
  const order =
    base.kind === 'list'
      ? listOrder(base, ground, donor)
      : mapOrder({ base: b, ground: g, donor: d }, mapKind(sides.path, sides.at));
  const merged = order.map(key => {
    const [ofBase, ofGround, ofDonor] = [b.get(key), g.get(key), d.get(key)];
    if (ofGround === undefined) return brought(sides, ofDonor as Entry);
    if (ofDonor === undefined || base.kind === 'list') return kept(sides, ofGround);
    if (ofBase !== undefined) return mergeEntry(sides, ofBase, ofGround, ofDonor);
    if (canonOf(ofGround.value) !== canonOf(ofDonor.value)) throw new Doubt(`both sides added ${key}`);
    return kept(sides, ofGround);
  });
  const said = () => merged.map(({ canon }, index): [string, string] => [order[index] as string, canon()]);
  const stays = merged.length === ground.entries.length && merged.every(({ own }, i) => own === ground.entries[i]);
  const text = stays
    ? inPlace(sides, { base, ground, donor }, merged)
    : sides.rebuild({ ground: sides.ground, into: ground, parts: merged, donor: sides.donor, from: donor });
  return { text, canon: () => canonOfEntries(base.kind, said()) };
}

function canonOfMap({ kind, entries }: Collection, merged: readonly Merged[]): string {
  return canonOfEntries(
    kind,
    entries.map(({ key }, i) => [key, (merged[i] as Merged).canon()]),
  );
}

/** Whether two collections have the same keys in the same order. */
function hasKeysOf({ entries }: Collection, of: Collection): boolean {
  return entries.length === of.entries.length && entries.every(({ key }, i) => key === of.entries[i]?.key);
}

function mergeEntry(sides: Sides, base: Entry, ground: Entry, donor: Entry): Part & Merged {
  const [b, g, d] = [textOf(sides.base, base), textOf(sides.ground, ground), textOf(sides.donor, donor)];
  if (d === b || d === g) return kept(sides, ground);
  if (g === b) return { own: ground, text: lent(sides, d), canon: () => canonOf(donor.value) };
  const value = mergeValue({ ...sides, at: [...sides.at, ground.key] }, base.value, ground.value, donor.value);
  const heads = [headOf(sides.base, base), headOf(sides.ground, ground), headOf(sides.donor, donor)] as const;
  const tails = [tailOf(sides.base, base), tailOf(sides.ground, ground), tailOf(sides.donor, donor)] as const;
  return { own: ground, text: taken(...heads) + value.text + taken(...tails), canon: value.canon };
}

function kept({ ground }: Sides, entry: Entry): Part & Merged {
  return { own: entry, text: textOf(ground, entry), canon: () => canonOf(entry.value) };
}

function brought(sides: Sides, entry: Entry): Part & Merged {
  return { own: null, text: lent(sides, textOf(sides.donor, entry)), canon: () => canonOf(entry.value) };
}

/** Text of the other side in this one's place: of several lines only where both are laid out alike. */
function lent({ ground, donor }: Sides, text: string): string {
  if (text.includes('\n') && ground.style !== donor.style) throw new Doubt('the sides are laid out differently', true);
  return text;
}

/** New text of the entries, and between them what stood there: where all sides have the same entries, what one changed. */
function inPlace(sides: Sides, of: Record<'base' | 'ground' | 'donor', Collection>, parts: readonly Part[]): string {
  const between = gapsOf(sides.ground, of.ground);
  const [b, d] = [gapsOf(sides.base, of.base), gapsOf(sides.donor, of.donor)];
  const alike = [of.base, of.donor].every(side => hasKeysOf(side, of.ground));
  const gaps = alike ? between.map((gap, i) => taken(b[i] as string, gap, d[i] as string)) : between;
  return gaps.map((gap, index) => gap + (parts[index]?.text ?? '')).join('');
}

/** What stands before each entry, and behind the last. */
function gapsOf({ text }: Document, { from, to, entries }: Collection): string[] {
  const starts = [from, ...entries.map(entry => entry.to)];
  const ends = [...entries.map(entry => entry.from), to];
  return starts.map((start, index) => text.slice(start, ends[index]));
}

function textOf({ text }: Document, { from, to }: { from: number; to: number }): string {
  return text.slice(from, to);
}

function headOf({ text }: Document, { from, value }: Entry): string {
  return text.slice(from, value.from);
}

function tailOf({ text }: Document, { to, value }: Entry): string {
  return text.slice(value.to, to);
}
