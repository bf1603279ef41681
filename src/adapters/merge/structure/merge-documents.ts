import { type AdjacentChange, adjacentIn } from './adjacent.ts';
import { AmbiguousMerge } from './ambiguous.ts';
import { type Collection, canonicalText, type Document, type MapEntry, type Meaning, type Value } from './document.ts';
import { listOrder } from './lists.ts';
import { type KeyPath, mapKind } from './map-kind.ts';
import { mapOrder } from './maps.ts';
import { type Row, rowsOf } from './rows.ts';

/** One entry of a merged collection: its origin and its text. */
export interface EntryPart {
  /** Its entry in the ground; null when it comes from the other side. */
  own: MapEntry | null;
  text: string;
}

/** Puts the entries of a format together. @throws {AmbiguousMerge} */
export type Rebuild = (context: {
  ground: Document;
  into: Collection;
  parts: readonly EntryPart[];
  donor: Document;
  from: Collection;
}) => string;

export interface DocumentSides {
  base: Document;
  /** The side whose text is kept where the other has no changes. */
  ground: Document;
  /** The side whose changes are merged in. */
  donor: Document;
  rebuild: Rebuild;
  /** The file's path, which determines the kinds of its maps. */
  path: string;
  /** The keys from the root to the merged value. */
  at: KeyPath;
  /** Filled while merging. */
  adjacent: AdjacentChange[];
}

export interface MergedValue {
  text: string;
  /** Computed on demand. */
  meaning(): Meaning;
}

/** Returns the merged text and its meaning. @throws {AmbiguousMerge} when the sides contradict each other, or may */
export function mergeDocuments(sides: DocumentSides): MergedValue {
  const { base, ground, donor } = sides;
  const head = (document: Document) => document.text.slice(0, document.root.from);
  const tail = (document: Document) => document.text.slice(document.root.to);
  const root = mergeValue(sides, base.root, ground.root, donor.root);
  return {
    text: taken(head(base), head(ground), head(donor)) + root.text + taken(tail(base), tail(ground), tail(donor)),
    meaning: root.meaning,
  };
}

/** For layout: returns the side that changed. */
function taken(base: string, ground: string, donor: string): string {
  if (donor === base || donor === ground) return ground;
  if (ground === base) return donor;
  throw new AmbiguousMerge('both sides changed the format');
}

function mergeValue(sides: DocumentSides, base: Value, ground: Value, donor: Value): MergedValue {
  const [b, g, d] = [textOf(sides.base, base), textOf(sides.ground, ground), textOf(sides.donor, donor)];
  const keep = { text: g, meaning: () => ground };
  if (d === b || d === g) return keep;
  const lend = () => ({ text: lent(sides, d), meaning: () => donor });
  if (g === b) return lend();
  if (base.kind !== 'scalar' && base.kind === ground.kind && base.kind === donor.kind) {
    return mergeCollection(sides, base, ground as Collection, donor as Collection);
  }
  if (canonicalText(donor) === canonicalText(base) || canonicalText(donor) === canonicalText(ground)) return keep;
  if (canonicalText(ground) === canonicalText(base)) return lend();
  throw new AmbiguousMerge('both sides changed one value');
}

function mergeCollection(sides: DocumentSides, base: Collection, ground: Collection, donor: Collection): MergedValue {
  if (base.kind === 'list') return mergeList(sides, base, ground, donor);
  const rows = rowsOf({ base, left: ground, right: donor });
  const beside = adjacentIn(rows, sides.at);
  if (beside !== null) sides.adjacent.push(beside);
  const isInStep = [rows.left, rows.right].every(side => isLike(side, rows.base));
  const order = isInStep ? rows.base : mapOrder(rows, mapKind(sides.path, sides.at));
  const merged = order.map(({ key, base: before, left, right }) => {
    if (left === null) return entryOfSource(sides, right as MapEntry);
    if (right === null) return entryOfTarget(sides, left);
    if (before !== null) return mergeEntry(sides, before, left, right);
    if (canonicalText(left.value) !== canonicalText(right.value)) throw new AmbiguousMerge(`both sides added ${key}`);
    return entryOfTarget(sides, left);
  });
  const meaning = (): Meaning => ({
    kind: 'map',
    entries: merged.map((part, index) => ({ key: (order[index] as Row).key, value: part.meaning() })),
  });
  const of = { base, ground, donor };
  if (isInStep) return { text: inPlace(sides, of, merged), meaning };
  return { text: together(sides, of, merged), meaning };
}

function isLike(side: readonly Row[], base: readonly Row[]): boolean {
  return side.length === base.length && side.every((row, i) => row === base[i]);
}

/** Items of a list are not merged: a changed item is a different item. */
function mergeList(sides: DocumentSides, base: Collection, ground: Collection, donor: Collection): MergedValue {
  const [own, other] = [ground, donor].map(({ entries }) => new Map(entries.map(entry => [entry.key, entry])));
  const merged = listOrder(base, ground, donor).map(key => {
    const mine = own?.get(key);
    return mine === undefined ? entryOfSource(sides, other?.get(key) as MapEntry) : entryOfTarget(sides, mine);
  });
  const meaning = (): Meaning => ({
    kind: 'list',
    entries: merged.map(part => ({ key: '', value: part.meaning() })),
  });
  return { text: together(sides, { base, ground, donor }, merged), meaning };
}

type Collections = Record<'base' | 'ground' | 'donor', Collection>;

/** Rebuilds the text when entries were added or removed. */
function together(sides: DocumentSides, of: Collections, parts: readonly EntryPart[]): string {
  const { entries } = of.ground;
  if (parts.length === entries.length && parts.every(({ own }, i) => own === entries[i])) {
    return inPlace(sides, of, parts);
  }
  return sides.rebuild({ ground: sides.ground, into: of.ground, parts, donor: sides.donor, from: of.donor });
}

/** Returns whether two collections have the same keys in the same order. */
function hasKeysOf({ entries }: Collection, of: Collection): boolean {
  return entries.length === of.entries.length && entries.every(({ key }, i) => key === of.entries[i]?.key);
}

function mergeEntry(sides: DocumentSides, base: MapEntry, ground: MapEntry, donor: MapEntry): EntryPart & MergedValue {
  const d = textOf(sides.donor, donor);
  const b = textOf(sides.base, base);
  if (d === b) return entryOfTarget(sides, ground);
  const g = textOf(sides.ground, ground);
  if (d === g) return entryOfTarget(sides, ground);
  if (g === b) return { own: ground, text: lent(sides, d), meaning: () => donor.value };
  const value = mergeValue({ ...sides, at: [...sides.at, ground.key] }, base.value, ground.value, donor.value);
  const heads = [headOf(sides.base, base), headOf(sides.ground, ground), headOf(sides.donor, donor)] as const;
  const tails = [tailOf(sides.base, base), tailOf(sides.ground, ground), tailOf(sides.donor, donor)] as const;
  return { own: ground, text: taken(...heads) + value.text + taken(...tails), meaning: value.meaning };
}

function entryOfTarget({ ground }: DocumentSides, entry: MapEntry): EntryPart & MergedValue {
  return { own: entry, text: textOf(ground, entry), meaning: () => entry.value };
}

function entryOfSource(sides: DocumentSides, entry: MapEntry): EntryPart & MergedValue {
  return { own: null, text: lent(sides, textOf(sides.donor, entry)), meaning: () => entry.value };
}

/** Inserts text of the other side: several lines only when both have the same layout. */
function lent({ ground, donor }: DocumentSides, text: string): string {
  if (text.includes('\n') && ground.style !== donor.style)
    throw new AmbiguousMerge('the sides are formatted differently', true);
  return text;
}

/**
 * Replaces the text of entries and keeps the text between them: for equal keys on all sides, layout changes of one
 * side are taken.
 */
function inPlace(sides: DocumentSides, of: Collections, parts: readonly EntryPart[]): string {
  const alike = [of.base, of.donor].every(side => hasKeysOf(side, of.ground));
  const { length } = of.ground.entries;
  let text = '';
  for (let i = 0; i <= length; i++) {
    const gap = gapAt(sides.ground, of.ground, i);
    const other = alike ? gapAt(sides.donor, of.donor, i) : gap;
    text += other === gap ? gap : taken(gapAt(sides.base, of.base, i), gap, other);
    if (i < length) text += parts[i]?.text ?? '';
  }
  return text;
}

/** Returns the text before an entry, and after the last. */
function gapAt({ text }: Document, { from, to, entries }: Collection, index: number): string {
  return text.slice(entries[index - 1]?.to ?? from, entries[index]?.from ?? to);
}

function textOf({ text }: Document, { from, to }: { from: number; to: number }): string {
  return text.slice(from, to);
}

function headOf({ text }: Document, { from, value }: MapEntry): string {
  return text.slice(from, value.from);
}

function tailOf({ text }: Document, { to, value }: MapEntry): string {
  return text.slice(value.to, to);
}
