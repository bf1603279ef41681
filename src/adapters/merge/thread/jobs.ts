/** What is done with one file, in the thread that asks or in another one: bytes in, bytes out, nothing else touched. */
import { brokenIn, type Looked, lookAgain, type SecondLook } from '../look-again.ts';
import { type FileMerge, type MergeFileOptions, mergeFileHere } from '../merge-file.ts';
import { settleHunks } from '../settle-hunks.ts';
import type { Settled } from '../text/render.ts';

export interface HunksSettled {
  hunks: number;
  content: Uint8Array;
}

/** Name of a job → what it gets and gives. */
export interface Jobs {
  mergeFile: { input: MergeFileOptions; output: FileMerge };
  lookAgain: { input: Looked; output: SecondLook };
  brokenStructure: { input: Looked; output: string | null };
  settleHunks: {
    input: { options: MergeFileOptions; settled: readonly (Settled | null)[] };
    output: HunksSettled | null;
  };
}

export type JobName = keyof Jobs;

/** @param here steps that may be done in this thread; past them {@link WorkElsewhere} is thrown */
type Job<Name extends JobName> = (input: Jobs[Name]['input'], here?: number) => Jobs[Name]['output'];

export const jobs: { [Name in JobName]: Job<Name> } = {
  mergeFile: mergeFileHere,
  lookAgain,
  brokenStructure: brokenIn,
  settleHunks: ({ options, settled }, here) => settleHunks(options, settled, here),
};
