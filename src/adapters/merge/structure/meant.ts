import { canonOf } from './document.ts';
import { formatsOf } from './format.ts';
import { type Files, mergeStructure } from './merge-structure.ts';

/**
 * What a merge of lines cannot see, either: where entries are made of the same lines, as in lock files, a change may end up in
 * another entry than the one it was made in, and the answer still parses. Keys tell entries apart.
 *
 * @returns the merge by key where it is certain and means something else than the merged lines; null where keys agree with
 * the lines, or have no certain answer.
 */
export function meantByKeys(path: string, lines: Uint8Array, files: Files): Uint8Array | null {
  const merged = mergeStructure(path, files);
  if (merged === null || Buffer.compare(merged, lines) === 0) return null;
  for (const { read } of formatsOf(path)) {
    const [byKeys, byLines] = [merged, lines].map(bytes => read(Buffer.from(bytes).toString()));
    if (byKeys && byLines) return canonOf(byKeys.root) === canonOf(byLines.root) ? null : merged;
  }
  return null;
}
