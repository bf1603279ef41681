/** `troupe/merge`: merging what several people, or plans, made of the same files. */
export {
  type FileMerge,
  type Hunk,
  type HunkSide,
  type MergeFileOptions,
  mergeFile,
} from './adapters/merge/merge-file.ts';
export type { Labels } from './adapters/merge/text/render.ts';
export {
  mergeTrees,
  openTreeMerger,
  type TreeMergeRequest,
  type TreeMerger,
} from './adapters/merge/tree-merge.ts';
export type { Conflict, ConflictKind, ConflictSide } from './model/conflict.ts';
export type { TreeMerge } from './ports/project.ts';
