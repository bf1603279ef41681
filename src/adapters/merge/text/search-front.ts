/** Two texts, and the box of their edit graph that is searched: lines `[aFrom, aTo)` of one, `[bFrom, bTo)` of the other. */
export interface SearchedBox {
  a: Int32Array;
  b: Int32Array;
  aFrom: number;
  aTo: number;
  bFrom: number;
  bTo: number;
}

/** Diagonals (a − b) that a search front has reached, every other one. */
export interface Front {
  low: number;
  high: number;
}

/** The runs of equal lines that one round of a search found. */
export interface FoundRuns {
  /** Lines in all of them. */
  lines: number;
  /** Lines in the longest. */
  longest: number;
}

/**
 * Moves the front from the top by one edit, and along the equal lines behind it.
 *
 * Most of the time of a merge with many changes is spent here. One diagonal in fifty has equal lines; the inner loop is for the others,
 * because V8 takes the checks of arrays out of loops that contain no other loop.
 *
 * @param down the furthest line of `a` on each diagonal, at its number plus `shift`
 * @param foremost no point of the front is further than this, as a + b
 * @returns the same for the moved front
 */
export function moveDown(
  { a, b, aTo, bTo }: SearchedBox,
  down: Int32Array,
  shift: number,
  low: number,
  high: number,
  foremost: number,
  runs: FoundRuns,
): number {
  let furthest = foremost + 1;
  let next = down[shift + high + 1] as number;
  for (let d = high; ; d -= 2) {
    let x = 0;
    let y = 0;
    for (; d >= low; d -= 2) {
      const inserted = next;
      next = down[shift + d - 1] as number;
      x = next >= inserted ? (next + 1) | 0 : inserted;
      y = (x - d) | 0;
      down[shift + d] = x;
      if (x < aTo && y < bTo && a[x] === b[y]) break;
    }
    if (d < low) return furthest;
    const start = x;
    do {
      x++;
      y++;
    } while (x < aTo && y < bTo && a[x] === b[y]);
    down[shift + d] = x;
    count(runs, x - start);
    if (x + y > furthest) furthest = x + y;
  }
}

/** The same for the front from the bottom. */
export function moveUp(
  { a, b, aFrom, bFrom }: SearchedBox,
  up: Int32Array,
  shift: number,
  low: number,
  high: number,
  rearmost: number,
  runs: FoundRuns,
): number {
  let furthest = rearmost - 1;
  let next = up[shift + high + 1] as number;
  for (let d = high; ; d -= 2) {
    let x = 0;
    let y = 0;
    for (; d >= low; d -= 2) {
      const deleted = (next - 1) | 0;
      next = up[shift + d - 1] as number;
      x = next < deleted ? next : deleted;
      y = (x - d) | 0;
      up[shift + d] = x;
      if (x > aFrom && y > bFrom && a[x - 1] === b[y - 1]) break;
    }
    if (d < low) return furthest;
    const start = x;
    do {
      x--;
      y--;
    } while (x > aFrom && y > bFrom && a[x - 1] === b[y - 1]);
    up[shift + d] = x;
    count(runs, start - x);
    if (x + y < furthest) furthest = x + y;
  }
}

function count(runs: FoundRuns, lines: number): void {
  runs.lines += lines;
  if (lines > runs.longest) runs.longest = lines;
}

/** Returns how far a front from the top has come, as a + b. */
export function findForemost(down: Int32Array, shift: number, { low, high }: Front): number {
  let foremost = Number.NEGATIVE_INFINITY;
  for (let d = high; d >= low; d -= 2) foremost = Math.max(foremost, 2 * (down[shift + d] as number) - d);
  return foremost;
}

/** Returns how far a front from the bottom has come, as a + b. */
export function findRearmost(up: Int32Array, shift: number, { low, high }: Front): number {
  let rearmost = Number.POSITIVE_INFINITY;
  for (let d = high; d >= low; d -= 2) rearmost = Math.min(rearmost, 2 * (up[shift + d] as number) - d);
  return rearmost;
}

/** Returns the first diagonal, from the highest, on which the fronts have met; null when they are apart. */
export function findMeeting(
  { down, up, shift }: { down: Int32Array; up: Int32Array; shift: number },
  { low, high }: Front,
  other: Front,
): number | null {
  const lowest = Math.max(low, other.low);
  for (let d = high; d >= lowest; d -= 2)
    if (d <= other.high && (up[shift + d] as number) <= (down[shift + d] as number)) return d;
  return null;
}
