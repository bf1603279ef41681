import { execFileSync } from 'node:child_process';
import { openTreeMerger } from '../../src/merge.ts';
import { mergeWithGit } from '../adapters/merge/git-merge-file.ts';
import { compareFile, type FileComparison } from './compare.ts';
import { compareTrees, type TreeComparison } from './compare-trees.ts';
import { listCases, listMerges, type RecordedMerge } from './merge-cases.ts';
import { ReplayRepository } from './repository.ts';
import { splitCommits } from './split.ts';

export interface ReplayResult {
  merges: number;
  files: FileComparison[];
  trees: TreeComparison[];
}

export interface ReplayOptions {
  from: string;
  /** An empty directory for a copy that shares the objects of the repository, and is written to. */
  directory: string;
  limit: number;
  seed: number;
  split: boolean;
  trees: boolean;
}

/** Merges each file and tree again, and compares the results with git's and with what was recorded. */
export async function replay({ from, directory, limit, seed, split, trees }: ReplayOptions): Promise<ReplayResult> {
  execFileSync('git', ['clone', '--quiet', '--bare', '--shared', from, directory]);
  const repository = new ReplayRepository(directory);
  const merges = split ? splitCommits(repository, { limit, seed }) : listMerges(repository, limit);
  const files = merges.flatMap(merge => compareFiles(repository, merge));
  return { merges: merges.length, files, trees: trees ? await allTrees(repository, merges) : [] };
}

function compareFiles(repository: ReplayRepository, merge: RecordedMerge): FileComparison[] {
  const cases = listCases(repository, merge);
  if (cases.length === 0) return [];
  const answers = mergeWithGit(cases.map(each => ({ ...each, base: each.base ?? Buffer.alloc(0) })));
  return cases.map((each, index) => compareFile(each, answers[index] as (typeof answers)[number]));
}

async function allTrees(repository: ReplayRepository, merges: readonly RecordedMerge[]): Promise<TreeComparison[]> {
  await using merger = openTreeMerger({ gitDir: repository.directory });
  const judged: TreeComparison[] = [];
  for (const merge of merges) judged.push(await compareTrees(repository, merger, merge));
  return judged;
}
