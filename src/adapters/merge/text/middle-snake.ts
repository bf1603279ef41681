import {
  type FoundRuns,
  type Front,
  findForemost,
  findMeeting,
  findRearmost,
  moveDown,
  moveUp,
} from './search-front.ts';
import type { WorkBudget } from './work-budget.ts';

/** Marks a line without a partner. */
export const unpaired = -1;

/** As in xdiff: the number of edits after which a search is cut, and the run of equal lines that makes a good place to cut. */
const costMin = 256;
const runMin = 20;
/** How far a path must have come, relative to its edits, to be cut at such a place. */
const gainPerCost = 4;

/** A box of the edit graph still to search. `minimal`: its search is known to be short, and is not cut. */
interface Box {
  aFrom: number;
  aTo: number;
  bFrom: number;
  bTo: number;
  minimal: boolean;
}

/** Where to split a box, and which halves are minimal. */
interface Cut {
  x: number;
  y: number;
  before: boolean;
  behind: boolean;
}

/** The front of a search that was cut, from a corner of its box, with the line it has reached on each diagonal. */
interface KnownFront extends Front {
  a: number;
  b: number;
  reached: Int32Array;
}

const noFront: Front = { low: 1, high: 0 };

/**
 * Finds a longest common subsequence by Myers' O(ND) search from both ends, in linear space. A wide search is cut at
 * the best place found so far, like git's xdiff (xdl_split in xdiffi.c), which makes it near-linear at the same loss
 * of optimality. What is left of a box after a cut has a corner of the box, so one of its two fronts is already known.
 */
export class MiddleSnakeSearch {
  private readonly a: Int32Array;
  private readonly b: Int32Array;
  private readonly work: WorkBudget;
  private readonly partners: Int32Array;
  /** The furthest line of `a` on each diagonal, from the top and from the bottom; shifted to start at 0. */
  private readonly down: Int32Array;
  private readonly up: Int32Array;
  private readonly shift: number;
  private readonly costMax: number;
  private knownDown: KnownFront | null = null;
  private knownUp: KnownFront | null = null;

  constructor(a: Int32Array, b: Int32Array, work: WorkBudget) {
    this.a = a;
    this.b = b;
    this.work = work;
    this.partners = new Int32Array(a.length).fill(unpaired);
    this.shift = b.length + 1;
    this.down = new Int32Array(a.length + b.length + 3);
    this.up = new Int32Array(a.length + b.length + 3);
    this.costMax = Math.max(costMin, integerSqrt(a.length + b.length + 3));
  }

  /** Returns for each line of `a` its line of `b`, or `unpaired`. @throws {WorkBudgetExceeded} */
  run(): Int32Array {
    const open: Box[] = [{ aFrom: 0, aTo: this.a.length, bFrom: 0, bTo: this.b.length, minimal: false }];
    for (let box = open.pop(); box !== undefined; box = open.pop()) {
      const inner = this.matchEnds(box);
      if (inner.aFrom === inner.aTo || inner.bFrom === inner.bTo) continue;
      const { x, y, before, behind } = this.meet(inner);
      open.push({ aFrom: inner.aFrom, aTo: x, bFrom: inner.bFrom, bTo: y, minimal: before });
      open.push({ aFrom: x, aTo: inner.aTo, bFrom: y, bTo: inner.bTo, minimal: behind });
    }
    return this.partners;
  }

  /** Pairs the equal lines at both ends of a box and returns the rest. */
  private matchEnds(box: Box): Box {
    const { a, b } = this;
    let { aFrom, aTo, bFrom, bTo } = box;
    while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) this.partners[aFrom++] = bFrom++;
    while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) this.partners[--aTo] = --bTo;
    this.work.spend(aFrom - box.aFrom + (box.aTo - aTo) + 1);
    return { aFrom, aTo, bFrom, bTo, minimal: box.minimal };
  }

  /** Returns a point on a shortest edit path through the box, where the searches from both ends meet; or a good one. */
  private meet(box: Box, knownDown = this.downFor(box), knownUp = this.upFor(box)): Cut {
    const { aFrom, aTo, bFrom, bTo } = box;
    const { a, b, down, up, shift } = this;
    const lowest = aFrom - bTo;
    const highest = aTo - bFrom;
    const top = aFrom - bFrom;
    const bottom = aTo - bTo;
    const odd = ((top - bottom) & 1) !== 0;
    if (knownDown === null) down[shift + top] = aFrom;
    if (knownUp === null) up[shift + bottom] = aTo;
    // Plain numbers: this loop takes most of the time of a merge with many changes.
    let { low: aboveLow, high: aboveHigh } = knownDown === null ? { low: top, high: top } : noFront;
    let { low: belowLow, high: belowHigh } = knownUp === null ? { low: bottom, high: bottom } : noFront;

    // No point of a front is further than this: while they are apart, they need not be compared. Known ones do not meet.
    let foremost = knownDown === null ? aFrom + bFrom : -1;
    let rearmost = knownUp === null ? aTo + bTo : beyond;
    const within = { a, b, aFrom, aTo, bFrom, bTo };
    const reached = { down, up, shift };

    for (let cost = 1; ; cost++) {
      const runs: FoundRuns = { lines: 0, longest: 0 };
      const width = aboveHigh - aboveLow + belowHigh - belowLow + 4;
      // Each front grows by one diagonal on both sides while it stays inside the box, else it shrinks by one.
      if (knownDown === null) {
        if (aboveLow > lowest) down[shift + --aboveLow - 1] = -1;
        else aboveLow++;
        if (aboveHigh < highest) down[shift + ++aboveHigh + 1] = -1;
        else aboveHigh--;
        foremost = moveDown(within, down, shift, aboveLow, aboveHigh, foremost, runs);
        if (odd && foremost >= rearmost) {
          const at = findMeeting(reached, front(aboveLow, aboveHigh), front(belowLow, belowHigh));
          if (at !== null) return meeting(down[shift + at] as number, at);
        }
      }
      if (knownUp === null) {
        if (belowLow > lowest) up[shift + --belowLow - 1] = beyond;
        else belowLow++;
        if (belowHigh < highest) up[shift + ++belowHigh + 1] = beyond;
        else belowHigh--;
        rearmost = moveUp(within, up, shift, belowLow, belowHigh, rearmost, runs);
        if (!odd && foremost >= rearmost) {
          const at = findMeeting(reached, front(belowLow, belowHigh), front(aboveLow, aboveHigh));
          if (at !== null) return meeting(up[shift + at] as number, at);
        }
      }
      this.work.spend(width + runs.lines);
      if (box.minimal) continue;
      const isCut = cost > costMin && runs.longest > runMin;
      if (!isCut && cost < this.costMax) continue;
      const above = knownDown ?? { low: aboveLow, high: aboveHigh };
      const below = knownUp ?? { low: belowLow, high: belowHigh };
      const cut = isCut ? this.behindRun(box, above, below, cost) : null;
      if (cut !== null) return cut;
      if (cost < this.costMax) continue;
      // The fronts may have met at a cost at which the known one was shorter.
      const isKnown = knownDown !== null || knownUp !== null;
      if (isKnown && !this.areApart(above, below)) return this.meet(box, null, null);
      this.keep(box, above, below);
      return this.furthest(box, above, below);
    }
  }

  /** Keeps the fronts of a cut search. A wider search is also cut before its last edit, for which they are not enough. */
  private keep({ aFrom, aTo, bFrom, bTo }: Box, above: Front, below: Front): void {
    const known = ({ low, high }: Front, a: number, b: number, front: Int32Array): KnownFront | null =>
      this.costMax > costMin || high - low < 2 * this.costMax
        ? null
        : { a, b, low, high, reached: front.slice(this.shift + low, this.shift + high + 1) };
    this.knownDown = known(above, aFrom, bFrom, this.down);
    this.knownUp = known(below, aTo, bTo, this.up);
  }

  /** Restores the front from the top, when it is known and the box does not limit it; else returns null. */
  private downFor(box: Box): KnownFront | null {
    const known = this.knownDown;
    if (known?.a !== box.aFrom || known.b !== box.bFrom || !isInside(known, box)) return null;
    this.down.set(known.reached, this.shift + known.low);
    return known;
  }

  /** The same for the front from the bottom. */
  private upFor(box: Box): KnownFront | null {
    const known = this.knownUp;
    if (known?.a !== box.aTo || known.b !== box.bTo || !isInside(known, box)) return null;
    this.up.set(known.reached, this.shift + known.low);
    return known;
  }

  /** Returns whether all that one front has reached is before all that the other has reached. */
  private areApart(above: Front, below: Front): boolean {
    return findForemost(this.down, this.shift, above) < findRearmost(this.up, this.shift, below);
  }

  /** Returns the furthest point at the end of a run of equal lines that is worth its edits. */
  private behindRun({ aFrom, aTo, bFrom, bTo }: Box, above: Front, below: Front, cost: number): Cut | null {
    let best = gainPerCost * cost;
    let found: Cut | null = null;
    for (let d = above.high; d >= above.low; d -= 2) {
      const x = this.down[this.shift + d] as number;
      const y = x - d;
      const gain = x - aFrom + (y - bFrom) - Math.abs(d - (aFrom - bFrom));
      if (gain <= best || x < aFrom + runMin || x >= aTo || y < bFrom + runMin || y >= bTo) continue;
      if (!this.areEqual(x - runMin, y - runMin)) continue;
      best = gain;
      found = { x, y, before: true, behind: false };
    }
    if (found !== null) return found;
    for (let d = below.high; d >= below.low; d -= 2) {
      const x = this.up[this.shift + d] as number;
      const y = x - d;
      const gain = aTo - x + (bTo - y) - Math.abs(d - (aTo - bTo));
      if (gain <= best || x <= aFrom || x > aTo - runMin || y <= bFrom || y > bTo - runMin) continue;
      if (!this.areEqual(x, y)) continue;
      best = gain;
      found = { x, y, before: false, behind: true };
    }
    return found;
  }

  /** Returns whether a run of lines is equal in both texts. */
  private areEqual(x: number, y: number): boolean {
    for (let i = 0; i < runMin; i++) if (this.a[x + i] !== this.b[y + i]) return false;
    return true;
  }

  /** Returns the furthest point of both fronts: where to cut a search that has become too wide. */
  private furthest({ aFrom, aTo, bFrom, bTo }: Box, above: Front, below: Front): Cut {
    let [first, firstAt] = [-1, -1];
    for (let d = above.high; d >= above.low; d -= 2) {
      const x = Math.min(this.down[this.shift + d] as number, aTo, bTo + d);
      if (2 * x - d > first) [first, firstAt] = [2 * x - d, x];
    }
    let [last, lastAt] = [beyond, beyond];
    for (let d = below.high; d >= below.low; d -= 2) {
      const x = Math.max(this.up[this.shift + d] as number, aFrom, bFrom + d);
      if (2 * x - d < last) [last, lastAt] = [2 * x - d, x];
    }
    const isFirst = aTo + bTo - last < first - (aFrom + bFrom);
    return isFirst
      ? { x: firstAt, y: first - firstAt, before: true, behind: false }
      : { x: lastAt, y: last - lastAt, before: false, behind: true };
  }
}

/** Greater than every line number. */
const beyond = 2 ** 31 - 1;

/** Returns whether a front and all that it has reached are inside a box, which would not have limited it then. */
function isInside({ low, high, reached }: KnownFront, { aFrom, aTo, bFrom, bTo, minimal }: Box): boolean {
  if (minimal || low < aFrom - bTo || high > aTo - bFrom) return false;
  for (let d = low; d <= high; d += 2) {
    const a = reached[d - low] as number;
    const b = a - d;
    if (a < aFrom || a > aTo || b < bFrom || b > bTo) return false;
  }
  return true;
}

function front(low: number, high: number): Front {
  return { low, high };
}

function meeting(x: number, diagonal: number): Cut {
  return { x, y: x - diagonal, before: true, behind: true };
}

/** Returns approximately the square root, a power of two. */
export function integerSqrt(count: number): number {
  let root = 1;
  for (let left = count; left > 0; left >>= 2) root *= 2;
  return root;
}
