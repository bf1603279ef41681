import { integerSqrt } from './middle-snake.ts';
import type { WorkBudget } from './work-budget.ts';

const absent = 0;
const rare = 1;
const frequent = 2;

/**
 * As in xdiff: how many lines around a line are considered, how often a line may occur to count as rare, and which
 * share of a run may be frequent.
 */
const windowLines = 100;
const rareMax = 1024;
const absentPerFrequent = 4;

/** Lines of a text from one number to another. */
export interface TextStretch {
  text: Int32Array;
  from: number;
  to: number;
}

/**
 * Returns the line numbers of a range that are worth searching for in another text. Lines that the other text does
 * not have cannot match and only widen the search. Very frequent lines (blank ones, braces) are also omitted when
 * most of their surroundings do not occur there: such a line inside new text belongs to it, and matching it with
 * another occurrence would split the change. Same as xdl_cleanup_records of git's xdiff, so that changes start and
 * end where git's do.
 *
 * @throws {WorkBudgetExceeded}
 */
export function selectSearchedLines(
  { text, from, to }: TextStretch,
  counts: Occurrences,
  work: WorkBudget,
): Int32Array {
  const often = Math.min(integerSqrt(text.length), rareMax);
  const marks = new Uint8Array(to - from);
  for (let i = from; i < to; i++) {
    const count = counts.of(text[i] as number);
    marks[i - from] = count === 0 ? absent : count < often ? rare : frequent;
  }
  const kept = new Int32Array(to - from);
  let count = 0;
  for (let i = 0; i < marks.length; i++) {
    if (marks[i] === rare || (marks[i] === frequent && !isAmongAbsent(marks, i, work))) kept[count++] = from + i;
  }
  return kept.subarray(0, count);
}

/** Maximum ratio of a table by line number to its text, before a map costs less. */
const emptyMax = 16;

/** How often each line occurs in a text, by its number. */
export class Occurrences {
  private readonly table: Int32Array | null;
  private readonly found = new Map<number, number>();

  constructor(text: Int32Array) {
    let highest = 0;
    for (let i = 0; i < text.length; i++) if ((text[i] as number) > highest) highest = text[i] as number;
    // A few lines of one place in a large file have high numbers: a table for each such place would cost as much as
    // the whole file.
    this.table = highest < emptyMax * (text.length + emptyMax) ? new Int32Array(highest + 1) : null;
    for (let i = 0; i < text.length; i++) this.add(text[i] as number);
  }

  of(line: number): number {
    return (this.table === null ? this.found.get(line) : this.table[line]) ?? 0;
  }

  private add(line: number): void {
    if (this.table === null) this.found.set(line, this.of(line) + 1);
    else this.table[line] = (this.table[line] as number) + 1;
  }
}

/** Returns whether a frequent line is in a run of absent and frequent lines that are nearly all absent, on both sides of it. */
function isAmongAbsent(marks: Uint8Array, line: number, work: WorkBudget): boolean {
  const before = runFrom(marks, line, -1);
  if (before.absent === 0) return false;
  const behind = runFrom(marks, line, 1);
  if (behind.absent === 0) return false;
  work.spend(before.absent + before.frequent + behind.absent + behind.frequent);
  const many = before.frequent + behind.frequent;
  return many * absentPerFrequent < many + before.absent + behind.absent;
}

function runFrom(marks: Uint8Array, line: number, step: 1 | -1): { absent: number; frequent: number } {
  const run = { absent: 0, frequent: 1 };
  const end = Math.max(-1, Math.min(marks.length, line + step * (windowLines + 1)));
  for (let at = line + step; at !== end; at += step) {
    if (marks[at] === absent) run.absent++;
    else if (marks[at] === frequent) run.frequent++;
    else break;
  }
  return run;
}
