import { mergeStructure } from '../../../../src/adapters/merge/structure/merge-structure.ts';
import { readSides, type SideFiles } from '../../../../src/adapters/merge/structure/structured-sides.ts';

/** A merge by keys only, without a merge by lines. */
export function mergeByKeys(path: string, files: SideFiles): Uint8Array | null {
  const sides = readSides(path, files);
  return sides === null ? null : (mergeStructure(sides)?.content ?? null);
}
