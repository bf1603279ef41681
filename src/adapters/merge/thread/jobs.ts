/** Jobs on one file, in the calling or in another thread: bytes in, bytes out, without side effects. */

import type { FileMerge, MergeFileOptions } from '../file-merge.ts';
import { mergeFileHere } from '../merge-file.ts';
import { resolveHunks } from '../resolve-hunks.ts';
import { findSyntaxError, type RecheckInput, type RecheckResult, recheckStructure } from '../structural-recheck.ts';
import type { HunkChoice } from '../text/render.ts';

export interface ResolvedHunks {
  hunks: number;
  content: Uint8Array;
}

/** Name of a job → its input and output. */
export interface Jobs {
  mergeFile: { input: MergeFileOptions; output: FileMerge };
  recheckStructure: { input: RecheckInput; output: RecheckResult };
  checkSyntax: { input: RecheckInput; output: string | null };
  resolveHunks: {
    input: { options: MergeFileOptions; choices: readonly (HunkChoice | null)[] };
    output: ResolvedHunks | null;
  };
}

export type JobName = keyof Jobs;

/** @param here steps allowed in this thread; beyond them {@link WorkMovedToThread} is thrown */
type Job<Name extends JobName> = (input: Jobs[Name]['input'], here?: number) => Jobs[Name]['output'];

export const jobs: { [Name in JobName]: Job<Name> } = {
  mergeFile: mergeFileHere,
  recheckStructure,
  checkSyntax: findSyntaxError,
  resolveHunks: ({ options, choices }, here) => resolveHunks(options, choices, here),
};
