import { Occurrences, selectSearchedLines } from './discard-lines.ts';
import { MiddleSnakeSearch, unpaired } from './middle-snake.ts';
import type { WorkBudget } from './work-budget.ts';

/** Lines that two texts share, in order: line `a[i]` of one is line `b[i]` of the other. */
export interface Alignment {
  a: Int32Array;
  b: Int32Array;
}

/**
 * Aligns two texts: their common head and tail, and between them the lines selected for the search.
 *
 * @throws {WorkBudgetExceeded}
 */
export function align(a: Int32Array, b: Int32Array, work: WorkBudget): Alignment {
  work.spend(a.length + b.length);
  let head = 0;
  const shorter = Math.min(a.length, b.length);
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;

  const restA = selectSearchedLines({ text: a, from: head, to: a.length - tail }, new Occurrences(b), work);
  const restB = selectSearchedLines({ text: b, from: head, to: b.length - tail }, new Occurrences(a), work);
  const partners = new MiddleSnakeSearch(pick(a, restA), pick(b, restB), work).run();

  const pairs: Alignment = { a: new Int32Array(shorter), b: new Int32Array(shorter) };
  let count = 0;
  const add = (i: number, j: number) => {
    pairs.a[count] = i;
    pairs.b[count] = j;
    count++;
  };
  for (let i = 0; i < head; i++) add(i, i);
  for (let i = 0; i < partners.length; i++) {
    const j = partners[i] as number;
    if (j !== unpaired) add(restA[i] as number, restB[j] as number);
  }
  for (let i = tail; i > 0; i--) add(a.length - i, b.length - i);
  return { a: pairs.a.subarray(0, count), b: pairs.b.subarray(0, count) };
}

function pick(text: Int32Array, lines: Int32Array): Int32Array {
  return lines.map(line => text[line] as number);
}
