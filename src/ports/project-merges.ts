import type { AdjacentValues, Conflict, Resolution } from '../model/conflict.ts';

/** The result of merging trees. */
export type TreeMerge = {
  /** Path → the engine that decided the merge. */
  engines: Record<string, string>;
  /** Path → small maps in which each side changed different values. @default none */
  adjacent?: Record<string, AdjacentValues[]>;
} & (
  | { clean: true; treeOid: string }
  /** `treeOid` holds the merged files, with markers in the text files in conflict. */
  | { clean: false; treeOid: string; conflicts: Conflict[] }
);

/** One hunk in which two sides conflict, as text. */
export interface HunkText {
  base: string;
  ours: string;
  theirs: string;
}

/** The file of a conflict in its current state, and the text of its hunks. */
export interface ConflictText {
  /** Resolved hunks with their resolution, the others between markers; null when the file is not text. */
  content: Buffer | null;
  hunks: HunkText[];
}

/** Merges trees of a project, and resolves the conflicts of a merge. Nothing of it changes your checkout. */
export interface ProjectMerges {
  mergeTrees(options: {
    base: string;
    ours: string;
    theirs: string;
    alias: string;
    theirsPlanId: string;
  }): Promise<TreeMerge>;
  /**
   * Merges as many children, from the first on, as changed no file that ours or another of them changed, by copying
   * their changes: `folded` of them are in the tree.
   */
  mergeDisjoint(options: {
    ours: string;
    children: readonly { base: string; theirs: string }[];
  }): Promise<{ treeOid: string; folded: number }>;
  /** Returns the file of a conflict in its current state, and the text of its hunks. */
  inspectConflict(conflict: Conflict): Promise<ConflictText>;
  /** Returns why the file of a conflict, as it is in a tree, is not resolved; null when it is. */
  unresolvedReason(options: { conflict: Conflict; tree: string }): Promise<string | null>;
  /** Returns the merged tree with one conflict, or one hunk of it, resolved. @throws {TroupeError} UNKNOWN_CONFLICT */
  resolve(options: { tree: string; conflict: Conflict; resolution: Resolution }): Promise<string>;
}
