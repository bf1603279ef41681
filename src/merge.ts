/**
 * Entry point `troupe/merge`: three-way and n-way merges of files and trees that several people or plans changed.
 *
 * Only this file reads the process's environment, which git needs. Pass `env` to avoid that.
 */
import { mergeTrees as mergeTreesIn, openTreeMerger as openTreeMergerIn } from './adapters/merge/tree-merge.ts';

export type { ContentConflict as Hunk, FileMerge, HunkSide, MergeFileOptions } from './adapters/merge/file-merge.ts';
export type { FileEntry, FileTree, FileTreeConflict, FileTreeMerge } from './adapters/merge/files/file-tree.ts';
export { type MergeFileTreesOptions, mergeFileTrees } from './adapters/merge/files/merge-file-trees.ts';
export { mergeFile } from './adapters/merge/merge-file.ts';
export type { Labels } from './adapters/merge/text/render.ts';
export { type FileMerger, openFileMerger } from './adapters/merge/thread/file-merger.ts';
export type { TreeMergeRequest, TreeMerger } from './adapters/merge/tree-merge.ts';
export type { AdjacentValues, Conflict, ConflictKind, ConflictSide } from './model/conflict.ts';
export type { TreeMerge } from './ports/project-merges.ts';

/** {@link openTreeMergerIn} with this process's environment as the default. */
export const openTreeMerger: typeof openTreeMergerIn = options => openTreeMergerIn({ env: process.env, ...options });

/** {@link mergeTreesIn} with this process's environment as the default. */
export const mergeTrees: typeof mergeTreesIn = options => mergeTreesIn({ env: process.env, ...options });
