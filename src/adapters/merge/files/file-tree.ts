import type { ConflictKind } from '../../../model/conflict.ts';
import type { ContentConflict } from '../file-merge.ts';

/** A file, program or symbolic link (its content is the target) of a tree. */
export interface FileEntry {
  mode: '100644' | '100755' | '120000';
  content: Uint8Array;
}

/** Path → file; folders follow from the paths. */
export type FileTree = ReadonlyMap<string, FileEntry>;

/** One path in conflict, with everything needed to resolve it. */
export interface FileTreeConflict {
  path: string;
  kind: ConflictKind;
  base: FileEntry | null;
  ours: FileEntry | null;
  theirs: FileEntry | null;
  /** For text: the conflicting hunks. */
  hunks: ContentConflict[];
  message: string;
}

/** The result of {@link mergeFileTrees}. */
export interface FileTreeMerge {
  clean: boolean;
  /** The merged files, with markers in text files in conflict. */
  tree: Map<string, FileEntry>;
  conflicts: FileTreeConflict[];
  /** The deciding engine for each path that both sides changed: see `mergeFile`. */
  engines: Record<string, string>;
}

export function sameEntry(a: FileEntry | null | undefined, b: FileEntry | null | undefined): boolean {
  if (a == null || b == null) return a == null && b == null;
  return a.mode === b.mode && Buffer.compare(a.content, b.content) === 0;
}
