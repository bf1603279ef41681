import { mergeStructure } from '../../../../src/adapters/merge/structure/merge-structure.ts';
import { type Files, readSides } from '../../../../src/adapters/merge/structure/structured-sides.ts';

/** A merge by keys alone, whatever lines would make of it. */
export function byKeys(path: string, files: Files): Uint8Array | null {
  const sides = readSides(path, files);
  return sides === null ? null : (mergeStructure(sides)?.content ?? null);
}
