import type { AdjacentValues } from '../../../model/conflict.ts';
import { contradictionsIn } from './contradictions.ts';
import { sameMeaning } from './document.ts';
import { DocumentReader } from './document-reader.ts';
import { type KeyMerge, mergeStructure } from './merge-structure.ts';
import { rangeAt, type TextRange } from './ranges.ts';
import { readSides, type StructuredSides } from './structured-sides.ts';
import { findSyntaxProblem } from './syntax-check.ts';

/**
 * The result of checking merged lines by keys: no objection (null), a merge by keys (`content` is null if the lines
 * mean the same and stay), or an error and its position in the merged text.
 */
export type KeyVerification = null | VerifiedMerge | { problem: string; places: TextRange[] };

export type VerifiedMerge = { problem: null } & (KeyMerge | { content: null; adjacent: AdjacentValues[] });

/**
 * @param files the three versions; base null when both sides added the file
 * @throws {WorkBudgetExceeded}
 */
export function mergeByKeysIfDifferent(
  path: string,
  lines: Uint8Array,
  files: { base: Uint8Array | null; ours: Uint8Array; theirs: Uint8Array },
  reading = new DocumentReader(),
): KeyVerification {
  const { base, ours, theirs } = files;
  // The base before the merge: the other texts are compared with it.
  const sides = base === null ? null : readSides(path, { base, ours, theirs }, reading);
  const broken = findSyntaxProblem(path, lines, base === null ? [ours, theirs] : [base, ours, theirs], reading);
  if (sides === null) return broken;
  if (broken !== null) {
    const merged = mergeStructure(sides, reading);
    return merged === null ? broken : { problem: null, ...merged };
  }
  const contradiction = contradictionIn(sides, lines, reading);
  if (contradiction !== null) return contradiction;
  const merged = mergeStructure(sides, reading, lines);
  if (merged === null) return null;
  if (!meanTheSame(sides, [merged.content, lines], reading)) return { problem: null, ...merged };
  const { adjacent } = merged;
  return adjacent.length === 0 ? null : { problem: null, content: null, adjacent };
}

function contradictionIn(
  sides: StructuredSides,
  lines: Uint8Array,
  reading: DocumentReader,
): { problem: string; places: TextRange[] } | null {
  const found = contradictionsIn(sides);
  const [first] = found;
  if (first === undefined) return null;
  const text = reading.textOf(lines);
  const read = text === null ? null : reading.read(sides.format, text);
  return { problem: first.why, places: read === null ? [] : found.map(({ at }) => rangeAt(read, at)) };
}

/**
 * When entries consist of equal lines, as in lock files, a change may end up in another entry, and the result still
 * parses. Keys identify entries.
 */
function meanTheSame(
  { format }: StructuredSides,
  [byKeys, byLines]: [Uint8Array, Uint8Array],
  reading: DocumentReader,
): boolean {
  if (Buffer.compare(byKeys, byLines) === 0) return true;
  const [left, right] = [byKeys, byLines].map(bytes => {
    const text = reading.textOf(bytes);
    return text === null ? null : reading.read(format, text);
  });
  return left == null || right == null || sameMeaning(left.root, right.root);
}
