import type { DocumentReader } from './document-reader.ts';
import { formatsOf } from './format.ts';
import type { SideFiles } from './structured-sides.ts';

/** How many values a head has at most: a file of many plain values would be read twice. */
const valuesMax = 8;

const opening = /[ \t\r\n]*\{/y;
/** A key and its value, both without escapes, and the comma behind them. */
const plainEntry = /[ \t\r\n]*"([^"\\]*)"[ \t\r\n]*:[ \t\r\n]*("[^"\\]*"|[-\w.+]+)[ \t\r\n]*,/y;

/**
 * Returns whether a JSON file begins with a value that both sides changed, each in its own way: it is never merged by
 * keys, and need not be read. Most lock files in conflict begin with the versions of two releases.
 *
 * @throws {WorkBudgetExceeded}
 */
export function clashesAtHead(path: string, files: SideFiles, reading: DocumentReader): boolean {
  if (formatsOf(path)[0]?.name !== 'JSON') return false;
  const read = (side: Uint8Array) => headOf(reading.textOf(side) ?? '');
  const [base, ours, theirs] = [read(files.base), read(files.ours), read(files.theirs)];
  return [...base].some(([key, before]) => {
    const [mine, other] = [ours.get(key), theirs.get(key)];
    return mine !== undefined && other !== undefined && new Set([before, mine, other]).size === 3;
  });
}

/** Returns the first few values of a map, up to one that is not a word, a number or a string. */
function headOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  opening.lastIndex = 0;
  if (!opening.test(text)) return found;
  plainEntry.lastIndex = opening.lastIndex;
  for (let count = 0; count < valuesMax; count++) {
    const entry = plainEntry.exec(text);
    if (entry === null) break;
    found.set(entry[1] as string, entry[2] as string);
  }
  return found;
}
