import { brokenStructure, findBroken } from './structure/broken.ts';
import type { KeyMerge } from './structure/merge-structure.ts';
import { Reading } from './structure/reading.ts';
import { secondReading } from './structure/second-reading.ts';
import { Work, WorkSpent } from './text/work.ts';

export interface Looked {
  path: string;
  /** The clean result of another merge of lines. */
  content: Uint8Array;
  /** null where a side has no such file. */
  base: Uint8Array | null;
  ours: Uint8Array | null;
  theirs: Uint8Array | null;
}

/**
 * What keys say of lines that git merged: that they are wrong, or mean something else; null where they have nothing
 * against them. `pastBudget`: looking at them needs more work than the budget allows, and lines decide.
 */
export type SecondLook = { problem: string } | ({ problem: null } & KeyMerge) | { pastBudget: true } | null;

export function lookAgain({ path, content, base, ours, theirs }: Looked, here?: number): SecondLook {
  const reading = new Reading(new Work(Number.POSITIVE_INFINITY, here));
  try {
    if (ours !== null && theirs !== null) return secondReading(path, content, { base, ours, theirs }, reading);
    const sides = [base, ours, theirs].filter(side => side !== null);
    return findBroken(path, content, sides, reading);
  } catch (error) {
    if (error instanceof WorkSpent) return { pastBudget: true };
    throw error;
  }
}

/** What is wrong with a resolved file; null as well where finding out needs more work than the budget allows. */
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
