import type { ContentConflict, FileMerge, HunkSide, MergeFileOptions } from './file-merge.ts';
import { mergeText, type TextConflict } from './merge-text.ts';
import { type Lines, lineBytes } from './text/lines.ts';
import type { LineSpan } from './text/regions.ts';
import { render } from './text/render.ts';

/** As in git: a file with a NUL this close to its start is not text. */
const binaryProbe = 8000;

/**
 * Merges the changes of two sides to one file. Works on bytes, in process, in near-linear time, and never guesses:
 * anything ambiguous is a conflict.
 *
 * Lines keep their terminators, so CRLF and mixed files stay unchanged, and a missing last newline is a difference
 * like any other. Changes of the two sides must be separated by an unchanged line; the same change on both sides is
 * one change. A file with a NUL byte is never merged as text.
 *
 * It runs in the calling thread, for up to about half a second: use `openFileMerger` for large files.
 *
 * @example
 * const { clean, content } = mergeFile({ path: 'a.txt', base, ours, theirs });
 */
export function mergeFile(options: MergeFileOptions): FileMerge {
  return mergeFileHere(options);
}

/**
 * Like {@link mergeFile}, with a limit on the work in this thread.
 *
 * @throws {WorkMovedToThread} when the limit is reached
 */
export function mergeFileHere(options: MergeFileOptions, here?: number): FileMerge {
  const { path, ours, theirs } = options;
  const base = options.base ?? new Uint8Array(0);
  if (same(ours, theirs)) return taken(ours);
  if (options.base !== null && same(base, ours)) return taken(theirs);
  if (options.base !== null && same(base, theirs)) return taken(ours);
  if ([base, ours, theirs].some(isBinary)) return binaryConflict(path, { base, ours, theirs });

  const merged = mergeText(options, here);
  return 'regions' in merged ? conflicted(merged) : merged;
}

function conflicted({ regions, sides, labels, kind, message, engine }: TextConflict): FileMerge {
  const side = (lines: Lines, span: LineSpan): HunkSide => ({
    ...span,
    content: lineBytes(lines, span.start, span.length),
  });
  const conflicts = regions.flatMap(region => {
    if (region.taken !== null) return [];
    const base = side(sides.base, region.base);
    return [{ kind, base, ours: side(sides.ours, region.ours), theirs: side(sides.theirs, region.theirs), message }];
  });
  return { clean: false, content: render(regions, sides, labels), conflicts, engine };
}

function binaryConflict(path: string, files: { base: Uint8Array; ours: Uint8Array; theirs: Uint8Array }): FileMerge {
  const side = (content: Uint8Array): HunkSide => ({ start: 0, length: 0, content });
  const message = `both sides changed ${path}, which is not text`;
  const { base, ours, theirs } = files;
  const conflict: ContentConflict = {
    kind: 'binary',
    base: side(base),
    ours: side(ours),
    theirs: side(theirs),
    message,
  };
  return { clean: false, content: ours, conflicts: [conflict], engine: 'none' };
}

function taken(content: Uint8Array): FileMerge {
  return { clean: true, content, conflicts: [], engine: 'trivial' };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, binaryProbe).includes(0);
}
