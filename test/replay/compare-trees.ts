import {
  type FileEntry,
  type FileTree,
  type FileTreeMerge,
  mergeFileTrees,
  type TreeMerge,
  type TreeMerger,
} from '../../src/merge.ts';
import { gitMergeTree } from './git-merge-tree.ts';
import type { RecordedMerge } from './merge-cases.ts';
import type { ReplayRepository, TreeFile } from './repository.ts';

/** One merge of whole trees by git, by our merger on top of it, and without git. */
export interface TreeComparison {
  commit: string;
  git: 'clean' | 'conflict';
  /** The merger that a git project has: git's answer, or what the second look at structure made of it. */
  merger: 'same' | 'resolved by keys' | 'conflict by structure' | 'other';
  /** Whether that gave the tree that was recorded. */
  recorded: boolean;
  /** `mergeFileTrees` against git. */
  files:
    | 'same'
    | 'by keys'
    | 'other content'
    | 'conflict only ours'
    | 'conflict only git'
    | 'other paths'
    | 'not asked';
  /** Whether that is clean, and the tree that was recorded. */
  filesRecorded: boolean;
  /** Paths that git names in conflict, and that we neither name nor have as recorded. */
  unnamed: string[];
  milliseconds: { merger: number; files: number };
}

/** Trees with more bytes than this in what they do not share are left to git. */
const bytesMax = 300_000_000;

export async function compareTrees(
  repository: ReplayRepository,
  merger: TreeMerger,
  merge: RecordedMerge,
): Promise<TreeComparison> {
  const { commit, base, ours, theirs } = merge;
  const git = gitMergeTree(repository, merge);
  const start = performance.now();
  const merged = await merger.merge({ base, ours, theirs, alias: 'main', theirsPlanId: 'theirs' });
  const mergerTime = performance.now() - start;
  const sides = fileTrees(repository, merge);
  const filesStart = performance.now();
  const files = sides === null ? null : mergeFileTrees(sides);
  const filesTime = performance.now() - filesStart;
  const recorded = repository.leaves(commit);
  const isRecorded = (tree: FileTree, path: string) => sameLeaf(repository, recorded.get(path), tree.get(path));
  const unnamed = files === null ? [] : git.paths.filter(path => !names(files, path) && !isRecorded(files.tree, path));
  return {
    commit,
    git: git.clean ? 'clean' : 'conflict',
    merger: mergerOutcome(git, merged),
    recorded: merged.treeOid === repository.lines('rev-parse', `${commit}^{tree}`)[0],
    files: files === null ? 'not asked' : fileTreesOutcome(repository, git, files, unnamed),
    filesRecorded: files?.clean === true && sameFiles(repository, recorded, files),
    unnamed,
    milliseconds: { merger: mergerTime, files: filesTime },
  };
}

type GitOutcome = ReturnType<typeof gitMergeTree>;

function mergerOutcome(git: GitOutcome, merged: TreeMerge): TreeComparison['merger'] {
  if (git.clean && !merged.clean) return 'conflict by structure';
  if (git.clean === merged.clean && (!git.clean || git.tree === merged.treeOid)) return 'same';
  return Object.values(merged.engines).includes('structure') ? 'resolved by keys' : 'other';
}

function names({ conflicts, engines }: FileTreeMerge, path: string): boolean {
  const named = conflicts.some(conflict => conflict.path === path || conflict.message.includes(path));
  return named || engines[path] === 'structure';
}

function fileTreesOutcome(
  repository: ReplayRepository,
  git: GitOutcome,
  files: FileTreeMerge,
  unnamed: readonly string[],
): TreeComparison['files'] {
  const byKeys = Object.values(files.engines).includes('structure');
  if (byKeys || files.conflicts.some(({ kind }) => kind === 'structure')) return 'by keys';
  if (git.clean && files.clean) {
    return sameFiles(repository, repository.leaves(git.tree), files) ? 'same' : 'other content';
  }
  if (git.clean !== files.clean) return git.clean ? 'conflict only ours' : 'conflict only git';
  return unnamed.length === 0 ? 'same' : 'other paths';
}

function sameFiles(
  repository: ReplayRepository,
  leaves: ReadonlyMap<string, TreeFile>,
  { tree }: FileTreeMerge,
): boolean {
  const files = [...leaves].filter(([, { mode }]) => mode !== submodule);
  repository.contents(files.map(([, { oid }]) => oid));
  return files.length === tree.size && files.every(([path, leaf]) => sameLeaf(repository, leaf, tree.get(path)));
}

function sameLeaf(repository: ReplayRepository, leaf: TreeFile | undefined, file: FileEntry | undefined): boolean {
  if (leaf === undefined || file === undefined) return leaf === undefined && file === undefined;
  const content = repository.contents([leaf.oid]).get(leaf.oid) as Buffer;
  return file.mode === leaf.mode && Buffer.compare(file.content, content) === 0;
}

const submodule = '160000';

function fileTrees(
  repository: ReplayRepository,
  merge: RecordedMerge,
): Record<'base' | 'ours' | 'theirs', FileTree> | null {
  const sides = (['base', 'ours', 'theirs'] as const).map(side => [side, repository.leaves(merge[side])] as const);
  const files = sides.map(
    ([side, leaves]) => [side, [...leaves].filter(([, { mode }]) => mode !== submodule)] as const,
  );
  const blobs = repository.contents(files.flatMap(([, leaves]) => leaves.map(([, { oid }]) => oid)));
  let bytes = 0;
  for (const oid of new Set(files.flatMap(([, leaves]) => leaves.map(([, leaf]) => leaf.oid))))
    bytes += blobs.get(oid)?.length ?? 0;
  if (bytes > bytesMax) return null;
  const tree = (leaves: (typeof files)[number][1]): FileTree =>
    new Map(
      leaves.map(([path, { mode, oid }]) => [path, { mode: mode as '100644', content: blobs.get(oid) as Buffer }]),
    );
  const [base, ours, theirs] = files.map(([, leaves]) => tree(leaves)) as [FileTree, FileTree, FileTree];
  return { base, ours, theirs };
}
