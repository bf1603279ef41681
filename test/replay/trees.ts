import { type FileTree, type FileTreeMerge, mergeFileTrees, type TreeMerger } from '../../src/merge.ts';
import { gitMergeTree } from './git-merge-tree.ts';
import type { Merge } from './merges.ts';
import type { Repository } from './repository.ts';

/** One merge of whole trees by git, by our merger on top of it, and without git. */
export interface TreeJudgement {
  commit: string;
  git: 'clean' | 'conflict';
  /** The merger that a git project has: git's verdict, or what the second look at structure changed. */
  merger: 'same' | 'resolved by keys' | 'conflict by structure' | 'other';
  /** `mergeFileTrees`: verdict, and content where both are clean. */
  files: 'same' | 'other content' | 'conflict only ours' | 'conflict only git' | 'other paths' | 'not asked';
  /** Paths that git names in conflict and we do not. */
  unnamed: string[];
  milliseconds: { merger: number; files: number };
  recorded: boolean;
}

/** Trees with more bytes than this in what they do not share are left to git. */
const bytesMax = 300_000_000;

export async function judgeTrees(repository: Repository, merger: TreeMerger, merge: Merge): Promise<TreeJudgement> {
  const { commit, base, ours, theirs } = merge;
  const git = gitMergeTree(repository, merge);
  const start = performance.now();
  const merged = await merger.merge({ base, ours, theirs, alias: 'main', theirsPlanId: 'theirs' });
  const mergerTime = performance.now() - start;
  const sides = fileTrees(repository, merge);
  const filesStart = performance.now();
  const files = sides === null ? null : mergeFileTrees(sides);
  const filesTime = performance.now() - filesStart;
  const unnamed = files === null ? [] : git.paths.filter(path => !names(files, path));
  return {
    commit,
    git: git.clean ? 'clean' : 'conflict',
    merger: mergerVerdict(git, merged),
    files: files === null ? 'not asked' : filesVerdict(repository, git, files, unnamed),
    unnamed,
    milliseconds: { merger: mergerTime, files: filesTime },
    recorded: merged.treeOid === repository.lines('rev-parse', `${commit}^{tree}`)[0],
  };
}

type Git = ReturnType<typeof gitMergeTree>;

function mergerVerdict(git: Git, merged: Awaited<ReturnType<TreeMerger['merge']>>): TreeJudgement['merger'] {
  if (git.clean && merged.clean) return git.tree === merged.treeOid ? 'same' : byKeys(merged, 'resolved by keys');
  if (git.clean) return 'conflict by structure';
  if (merged.clean) return byKeys(merged, 'resolved by keys');
  return 'same';
}

function byKeys(
  { engines }: { engines: Record<string, string> },
  verdict: 'resolved by keys',
): TreeJudgement['merger'] {
  return Object.values(engines).includes('structure') ? verdict : 'other';
}

function names({ conflicts, engines }: FileTreeMerge, path: string): boolean {
  return (
    engines[path] === 'structure' ||
    conflicts.some(conflict => conflict.path === path || conflict.message.includes(path))
  );
}

function filesVerdict(
  repository: Repository,
  git: Git,
  files: FileTreeMerge,
  unnamed: readonly string[],
): TreeJudgement['files'] {
  const structured =
    Object.values(files.engines).includes('structure') || files.conflicts.some(({ kind }) => kind === 'structure');
  if (git.clean && files.clean) {
    return structured || sameFiles(repository, git.tree, files) ? 'same' : 'other content';
  }
  if (git.clean) return structured ? 'same' : 'conflict only ours';
  if (files.clean) return structured ? 'same' : 'conflict only git';
  return unnamed.length === 0 ? 'same' : 'other paths';
}

function sameFiles(repository: Repository, tree: string, { tree: files }: FileTreeMerge): boolean {
  const leaves = [...repository.leaves(tree)].filter(([, { mode }]) => mode !== submodule);
  const blobs = repository.contents(leaves.map(([, { oid }]) => oid));
  return (
    leaves.length === files.size &&
    leaves.every(([path, { mode, oid }]) => {
      const file = files.get(path);
      return file?.mode === mode && Buffer.compare(file.content, blobs.get(oid) as Buffer) === 0;
    })
  );
}

const submodule = '160000';

function fileTrees(repository: Repository, merge: Merge): Record<'base' | 'ours' | 'theirs', FileTree> | null {
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
