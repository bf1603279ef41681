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
  const [text, other] = [merged, lines].map(bytes => Buffer.from(bytes).toString());
  const meanings = formatsOf(path).map(({ read }) => [text, other].map(each => read(each ?? '')));
  const known = meanings.find(documents => documents.every(document => document !== null));
  const [byKeys, byLines] = (known ?? []).map(document => document && canonOf(document.root));
  return byKeys === byLines ? null : merged;
}
