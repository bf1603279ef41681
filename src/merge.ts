/**
 * `troupe/merge`: merging what several people, or plans, made of the same files.
 *
 * This door, and no room behind it, reads the process's environment, for git to be found and configured. Pass `env` to
 * have it not read.
 */
import { mergeTrees as mergeTreesIn, openTreeMerger as openTreeMergerIn } from './adapters/merge/tree-merge.ts';

export type { FileEntry, FileTree, FileTreeConflict, FileTreeMerge } from './adapters/merge/files/file-tree.ts';
export { type MergeFileTreesOptions, mergeFileTrees } from './adapters/merge/files/merge-file-trees.ts';
export {
  type FileMerge,
  type Hunk,
  type HunkSide,
  type MergeFileOptions,
  mergeFile,
} from './adapters/merge/merge-file.ts';
export type { Labels } from './adapters/merge/text/render.ts';
export { type FileMerger, openFileMerger } from './adapters/merge/thread/file-merger.ts';
export type { TreeMergeRequest, TreeMerger } from './adapters/merge/tree-merge.ts';
export type { AdjacentValues, Conflict, ConflictKind, ConflictSide } from './model/conflict.ts';
export type { TreeMerge } from './ports/project.ts';

/** As {@link openTreeMergerIn}, with the environment of this process unless another is given. */
export const openTreeMerger: typeof openTreeMergerIn = options => openTreeMergerIn({ env: process.env, ...options });

/** As {@link mergeTreesIn}, with the environment of this process unless another is given. */
export const mergeTrees: typeof mergeTreesIn = options => mergeTreesIn({ env: process.env, ...options });
