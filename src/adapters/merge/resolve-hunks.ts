import type { MergeFileOptions } from './file-merge.ts';
import { mergeText } from './merge-text.ts';
import { type HunkChoice, render } from './text/render.ts';

/** Returns the number of a file's hunks, and its content with some of them resolved; null for a file that merges. */
export function resolveHunks(
  options: MergeFileOptions,
  choices: readonly (HunkChoice | null)[],
  here?: number,
): { hunks: number; content: Uint8Array } | null {
  const merged = mergeText(options, here);
  if (!('regions' in merged)) return null;
  const { regions, sides, labels } = merged;
  return {
    hunks: regions.filter(region => region.taken === null).length,
    content: render(regions, sides, labels, choices),
  };
}
