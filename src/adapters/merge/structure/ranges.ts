import type { Document, MapEntry, Value } from './document.ts';
import type { KeyPath } from './map-kind.ts';

/** A range of a text, in UTF-16 units. */
export interface TextRange {
  from: number;
  to: number;
}

/** Returns the range of the entry with those keys, or of its deepest existing parent. */
export function rangeAt({ root }: Document, keys: KeyPath): TextRange {
  let place: TextRange = root;
  let value: Value = root;
  for (const key of keys) {
    const found: MapEntry | undefined =
      value.kind === 'map' ? value.entries.find(entry => entry.key === key) : undefined;
    if (found === undefined) break;
    place = found;
    value = found.value;
  }
  return { from: place.from, to: place.to };
}

/** Returns every entry with a duplicate key, anywhere in the document. */
export function repeatedEntries(value: Value): MapEntry[] {
  if (value.kind === 'scalar') return [];
  const { kind, entries } = value;
  const inside = entries.flatMap(entry => repeatedEntries(entry.value));
  if (kind === 'list') return inside;
  const [seen, repeated] = [new Set<string>(), new Set<string>()];
  for (const { key } of entries) (seen.has(key) ? repeated : seen).add(key);
  return [...entries.filter(({ key }) => repeated.has(key)), ...inside];
}

/** Returns the lines of a range, counted from 0; `to` is exclusive. */
export function linesAt(text: string, { from, to }: TextRange): { from: number; to: number } {
  const first = countLines(text, 0, from);
  return { from: first, to: first + countLines(text, from, Math.max(from, to - 1)) + 1 };
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
