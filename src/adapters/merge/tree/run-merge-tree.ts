import { TroupeError } from '../../../model/errors.ts';
import { plumbingError, silentError } from '../../project/git/git-batch-process.ts';
import { type MergeTreeOutput, parseMergeOutput } from './merge-output.ts';
import { type Repository, runGit } from './repository.ts';

const words = ['merge-tree', '--write-tree', '-z', '--messages'];

interface CommitMerge {
  /** Commits of one base. */
  ours: string;
  theirs: string;
  timeoutMs: number;
}

/**
 * Merges two commits by a process of git that ends with the merge: starting it costs less than one that stays. One that is killed is
 * started once more.
 *
 * @throws {TroupeError} GIT_FAILED, TIMED_OUT
 */
export async function runMergeTree(repository: Repository, merge: CommitMerge): Promise<MergeTreeOutput> {
  try {
    return await runOnce(repository, merge);
  } catch (error) {
    if (!TroupeError.is(error) || !error.retriable) throw error;
    return await runOnce(repository, merge);
  }
}

async function runOnce(repository: Repository, { ours, theirs, timeoutMs }: CommitMerge): Promise<MergeTreeOutput> {
  const { code, stdout, stderr, cut } = await run(repository, [...words, ours, theirs], timeoutMs);
  if (cut !== undefined) throw silentError(words, timeoutMs);
  if (code !== 0 && code !== 1) throw plumbingError(words, `git ended with code ${code}`, stderr);
  return parseMergeOutput(stdout, code);
}

async function run(repository: Repository, args: readonly string[], timeoutMs: number) {
  try {
    return await runGit(repository, args, timeoutMs);
  } catch (error) {
    throw plumbingError(words, `git cannot be started: ${(error as Error).message}`, '');
  }
}
