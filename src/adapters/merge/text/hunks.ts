import { type Alignment, align } from './align.ts';
import { slide } from './slide.ts';
import type { WorkBudget } from './work-budget.ts';

/** One change: lines `[start, length]` of the first text correspond to lines `[start, length]` of the second. */
export interface DiffHunk {
  buffer1: [start: number, length: number];
  buffer2: [start: number, length: number];
}

/**
 * Returns the changes between two texts, in the form of node-diff3's `diffIndices`, in near-linear instead of
 * quadratic time.
 *
 * @throws {WorkBudgetExceeded}
 */
export function diffHunks(from: Int32Array, to: Int32Array, work: WorkBudget): DiffHunk[] {
  const pairs = align(from, to, work);
  slide(pairs, from, to, work);
  return gaps(pairs, from.length, to.length);
}

function gaps(pairs: Alignment, fromLength: number, toLength: number): DiffHunk[] {
  const hunks: DiffHunk[] = [];
  let from = 0;
  let to = 0;
  for (let i = 0; i <= pairs.a.length; i++) {
    const a = i < pairs.a.length ? (pairs.a[i] as number) : fromLength;
    const b = i < pairs.b.length ? (pairs.b[i] as number) : toLength;
    if (a > from || b > to) hunks.push({ buffer1: [from, a - from], buffer2: [to, b - to] });
    from = a + 1;
    to = b + 1;
  }
  return hunks;
}
