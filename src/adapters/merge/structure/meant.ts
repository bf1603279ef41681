import { canonOf } from './document.ts';
import { formatsOf } from './format.ts';
import { type Files, mergeStructure } from './merge-structure.ts';
import { Reading } from './reading.ts';

/**
 * What a merge of lines cannot see, either: where entries are made of the same lines, as in lock files, a change may end up in
 * another entry than the one it was made in, and the answer still parses. Keys tell entries apart.
 *
 * @returns the merge by key where it is certain and means something else than the merged lines; null where keys agree with
 * the lines, or have no certain answer.
 * @throws {WorkSpent}
 */
export function meantByKeys(path: string, lines: Uint8Array, files: Files, reading = new Reading()): Uint8Array | null {
  const merged = mergeStructure(path, files, reading, lines);
  if (merged === null || Buffer.compare(merged, lines) === 0) return null;
  const [keyText, lineText] = [merged, lines].map(bytes => reading.textOf(bytes));
  if (keyText == null || lineText == null) return null;
  for (const format of formatsOf(path)) {
    const [byKeys, byLines] = [keyText, lineText].map(text => reading.read(format, text));
    if (byKeys && byLines) return canonOf(byKeys.root) === canonOf(byLines.root) ? null : merged;
  }
  return null;
}
