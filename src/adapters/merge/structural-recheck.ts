import { DocumentReader } from './structure/document-reader.ts';
import { checkSyntax, findSyntaxProblem } from './structure/syntax-check.ts';
import { mergeByKeysIfDifferent, type VerifiedMerge } from './structure/verify-by-keys.ts';
import { WorkBudget, WorkBudgetExceeded } from './text/work-budget.ts';

export interface RecheckInput {
  path: string;
  /** The clean result of another merge of lines. */
  content: Uint8Array;
  /** null when a side has no such file. */
  base: Uint8Array | null;
  ours: Uint8Array | null;
  theirs: Uint8Array | null;
}

/**
 * The result of checking lines that git merged by their keys: wrong, or with another meaning; null when keys agree and
 * there is nothing to report.
 * `pastBudget`: the check exceeds the budget, and lines decide.
 */
export type RecheckResult = { problem: string } | VerifiedMerge | { pastBudget: true } | null;

export function recheckStructure({ path, content, base, ours, theirs }: RecheckInput, here?: number): RecheckResult {
  const reading = new DocumentReader(new WorkBudget(Number.POSITIVE_INFINITY, here));
  try {
    if (ours !== null && theirs !== null) return mergeByKeysIfDifferent(path, content, { base, ours, theirs }, reading);
    const sides = [base, ours, theirs].filter(side => side !== null);
    return findSyntaxProblem(path, content, sides, reading);
  } catch (error) {
    if (error instanceof WorkBudgetExceeded) return { pastBudget: true };
    throw error;
  }
}

/** Returns what is wrong with a resolved file; null also when the check would exceed the budget. */
export function findSyntaxError({ path, content, base, ours, theirs }: RecheckInput, here?: number): string | null {
  const reading = new DocumentReader(new WorkBudget(Number.POSITIVE_INFINITY, here));
  const sides = [base, ours, theirs].filter(side => side !== null);
  try {
    return checkSyntax(path, content, sides, reading);
  } catch (error) {
    if (error instanceof WorkBudgetExceeded) return null;
    throw error;
  }
}
