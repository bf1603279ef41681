/** A `git merge-tree` that stays for many merges, one after the other. */
import { TroupeError } from '../../../model/errors.ts';
import type { GitBatchProcess } from '../../project/git/git-batch-process.ts';
import { type MergeTreeOutput, mergeAnswer } from './merge-output.ts';
import { createAttributesWatch, describeMergeSettings, type InnerAttributes } from './merge-settings.ts';
import type { Trees } from './origins.ts';
import { type Repository, stayingGit } from './repository.ts';

export interface LastingMergeTree {
  /** Merges commits of one base. A process that dies is replaced, and its merge repeated once. @throws {TroupeError} GIT_FAILED, TIMED_OUT */
  merge(commits: Trees): Promise<MergeTreeOutput>;
  close(): Promise<void>;
}

/** A process, with what it may have read. */
interface MergeProcess {
  git: GitBatchProcess;
  settings: string;
  attributes: InnerAttributes;
  /** How many merges it was asked for, and when the last one ended. */
  asked: number;
  usedAt: number;
}

/**
 * The process is replaced after so long without a merge, because configuration that other files include may have changed
 * unseen, and after so many merges, which bounds its memory.
 */
const idleMs = 1_000;
const mergesMax = 1_000;

export function openLastingMergeTree(repository: Repository, timeoutMs: number): LastingMergeTree {
  let current: MergeProcess | null = null;

  /** Git reads its configuration and attributes once per process, so one that may have read others is replaced. */
  const currentProcess = async (): Promise<MergeProcess> => {
    const settings = await describeMergeSettings(repository);
    if (current?.git.alive === true) {
      const isIdle = performance.now() - current.usedAt >= idleMs;
      if (settings === current.settings && !isIdle && current.asked < mergesMax) return current;
      await current.git.close();
    }
    const git = stayingGit(repository, ['merge-tree', '--write-tree', '-z', '--messages', '--stdin']);
    const attributes = createAttributesWatch(repository);
    current = { git, settings, attributes, asked: 0, usedAt: performance.now() };
    return current;
  };
  const mergeOnce = async (words: string): Promise<MergeTreeOutput> => {
    const process = await currentProcess();
    try {
      const output = await process.git.request(words, mergeAnswer(process.asked++ > 0), timeoutMs);
      if (await process.attributes.areUnchanged(output.messages.flatMap(({ paths }) => paths))) return output;
    } finally {
      process.usedAt = performance.now();
    }
    // A new process has read none before.
    await process.git.close();
    return mergeOnce(words);
  };

  return {
    async merge({ base, ours, theirs }) {
      const words = `${ours} ${theirs}\n${base} ${base}\n`;
      try {
        return await mergeOnce(words);
      } catch (error) {
        // Most likely killed from outside. If git itself cannot do it, it fails again and reports why.
        if (!TroupeError.is(error) || !error.retriable) throw error;
        return await mergeOnce(words);
      }
    },
    async close() {
      await current?.git.close();
    },
  };
}
