import { execFileSync } from 'node:child_process';
import { openTreeMerger } from '../../src/merge.ts';
import { gitMergeFiles } from '../adapters/merge/git-merge-file.ts';
import { dealt } from './deal.ts';
import { type Judgement, judge } from './judge.ts';
import { casesOf, type Merge, mergesOf } from './merges.ts';
import { Repository } from './repository.ts';
import { judgeTrees, type TreeJudgement } from './trees.ts';

export interface Replay {
  merges: number;
  files: Judgement[];
  trees: TreeJudgement[];
}

export interface ReplayOptions {
  from: string;
  /** An empty directory for a copy that shares the objects of the repository, and is written to. */
  directory: string;
  limit: number;
  seed: number;
  deal: boolean;
  trees: boolean;
}

/** Merges each file and tree anew, and holds the answers against git's and against what was recorded. */
export async function replay({ from, directory, limit, seed, deal, trees }: ReplayOptions): Promise<Replay> {
  execFileSync('git', ['clone', '--quiet', '--bare', '--shared', from, directory]);
  const repository = new Repository(directory);
  const merges = deal ? dealt(repository, { limit, seed }) : mergesOf(repository, limit);
  const files = merges.flatMap(merge => judgeFiles(repository, merge));
  return { merges: merges.length, files, trees: trees ? await allTrees(repository, merges) : [] };
}

function judgeFiles(repository: Repository, merge: Merge): Judgement[] {
  const cases = casesOf(repository, merge);
  if (cases.length === 0) return [];
  const answers = gitMergeFiles(cases.map(each => ({ ...each, base: each.base ?? Buffer.alloc(0) })));
  return cases.map((each, index) => judge(each, answers[index] as (typeof answers)[number]));
}

async function allTrees(repository: Repository, merges: readonly Merge[]): Promise<TreeJudgement[]> {
  await using merger = openTreeMerger({ gitDir: repository.directory });
  const judged: TreeJudgement[] = [];
  for (const merge of merges) judged.push(await judgeTrees(repository, merger, merge));
  return judged;
}
