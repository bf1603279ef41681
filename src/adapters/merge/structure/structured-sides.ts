import type { Document } from './document.ts';
import { DocumentReader } from './document-reader.ts';
import { type Format, formatsOf } from './format.ts';

export interface SideFiles {
  base: Uint8Array;
  ours: Uint8Array;
  theirs: Uint8Array;
}

/** Three parsed versions of a JSON or YAML file. */
export interface StructuredSides {
  path: string;
  format: Format;
  base: Document;
  ours: Document;
  theirs: Document;
}

/** null when a name shows no structure, or a side does not parse or has a duplicate key. @throws {WorkBudgetExceeded} */
export function readSides(path: string, files: SideFiles, reading = new DocumentReader()): StructuredSides | null {
  const formats = formatsOf(path);
  if (formats.length === 0) return null;
  const [base, ours, theirs] = [files.base, files.ours, files.theirs].map(side => reading.textOf(side));
  if (base == null || ours == null || theirs == null) return null;
  for (const format of formats) {
    const [b, o, t] = [base, ours, theirs].map(text => reading.read(format, text));
    if (b == null || o == null || t == null) continue;
    return [b, o, t].some(document => reading.repeatedKey(format, document) !== null)
      ? null
      : { path, format, base: b, ours: o, theirs: t };
  }
  return null;
}
