import type { AdjacentValues, ConflictKind } from '../../model/conflict.ts';
import type { Labels } from './text/render.ts';

/** Options of {@link mergeFile}. */
export interface MergeFileOptions {
  /** Determines the file's format (`.json` must still be JSON when merged); it is not opened. */
  path: string;
  /** null when both sides added the file. */
  base: Uint8Array | null;
  ours: Uint8Array;
  theirs: Uint8Array;
  /** Names after the conflict markers. @default { ours: 'ours', base: 'base', theirs: 'theirs' } */
  labels?: Partial<Labels>;
  /**
   * Maximum steps of work before keys are ignored, or the result is a conflict.
   * @default 10_000_000, plus 100 per line; at most 8_000_000 of them for keys
   */
  budget?: number;
}

/** One side of a conflict: its lines (counted from 0), and their bytes. */
export interface HunkSide {
  start: number;
  length: number;
  content: Uint8Array;
}

/** One place where the sides conflict. */
export interface ContentConflict {
  kind: ConflictKind;
  base: HunkSide;
  ours: HunkSide;
  theirs: HunkSide;
  message: string;
}

/** The result of {@link mergeFile}. */
export interface FileMerge {
  clean: boolean;
  /** The merged file; with diff3 markers when it is not clean. For binary files in conflict: ours. */
  content: Uint8Array;
  conflicts: ContentConflict[];
  /**
   * What decided: `trivial` (at most one side changed, or both equally), `node-diff3` (lines), `structure` (keys of
   * JSON or YAML, when lines conflict or have another meaning), `lines-past-budget` (lines, because keys would exceed
   * the budget), `none` (binary, no budget).
   */
  engine: 'trivial' | 'node-diff3' | 'structure' | 'lines-past-budget' | 'none';
  /** Small maps in which each side changed different values: merged, but worth a review. @default none */
  adjacent?: AdjacentValues[];
}
