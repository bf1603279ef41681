import type { ConflictKind } from '../../../model/conflict.ts';
import type { Hunk } from '../merge-file.ts';

/** A file, program or symbolic link (its content is the target), as it stands in a tree. */
export interface FileEntry {
  mode: '100644' | '100755' | '120000';
  content: Uint8Array;
}

/** Path → file; folders are what paths make them. */
export type FileTree = ReadonlyMap<string, FileEntry>;

/** One path that did not merge, with all there is to settle it by. */
export interface FileTreeConflict {
  path: string;
  kind: ConflictKind;
  base: FileEntry | null;
  ours: FileEntry | null;
  theirs: FileEntry | null;
  /** Of text: the places in it. */
  hunks: Hunk[];
  message: string;
}

export interface FileTreeMerge {
  clean: boolean;
  /** What merged, with markers in the text files that did not. */
  tree: Map<string, FileEntry>;
  conflicts: FileTreeConflict[];
  /** What decided, per path that both sides changed: see `mergeFile`. */
  engines: Record<string, string>;
}

export function sameEntry(a: FileEntry | null | undefined, b: FileEntry | null | undefined): boolean {
  if (a == null || b == null) return a == null && b == null;
  return a.mode === b.mode && Buffer.compare(a.content, b.content) === 0;
}
