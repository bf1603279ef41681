import { brokenStructure } from './structure/broken.ts';
import { meantByKeys } from './structure/meant.ts';
import { Reading } from './structure/reading.ts';
import { Work, WorkSpent } from './text/work.ts';

export interface Looked {
  path: string;
  /** What somebody else's merge of lines gave: clean. */
  content: Uint8Array;
  /** null where a side has no such file. */
  base: Uint8Array | null;
  ours: Uint8Array | null;
  theirs: Uint8Array | null;
}

/**
 * What keys say of lines that git merged: that they are broken, or mean something else; null where they have nothing
 * against them. `pastBudget`: looking at them needs more work than the budget allows, and lines decide.
 */
export type SecondLook = { problem: string } | { meant: Uint8Array } | { pastBudget: true } | null;

export function lookAgain({ path, content, base, ours, theirs }: Looked, here?: number): SecondLook {
  const reading = new Reading(new Work(Number.POSITIVE_INFINITY, here));
  const sides = [base, ours, theirs].filter(side => side !== null);
  try {
    const problem = brokenStructure(path, content, sides, reading);
    if (problem !== null) return { problem };
    if (base === null || ours === null || theirs === null) return null;
    const meant = meantByKeys(path, content, { base, ours, theirs }, reading);
    return meant === null ? null : { meant };
  } catch (error) {
    if (error instanceof WorkSpent) return { pastBudget: true };
    throw error;
  }
}

/** What is wrong with a file that somebody settled; null as well where finding out needs more work than the budget allows. */
export function brokenIn({ path, content, base, ours, theirs }: Looked, here?: number): string | null {
  const reading = new Reading(new Work(Number.POSITIVE_INFINITY, here));
  const sides = [base, ours, theirs].filter(side => side !== null);
  try {
    return brokenStructure(path, content, sides, reading);
  } catch (error) {
    if (error instanceof WorkSpent) return null;
    throw error;
  }
}
