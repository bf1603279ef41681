import { occurrences, searchedLines } from './searched.ts';
import type { Work } from './work.ts';

/** Lines that two texts share, in order: line `a[i]` of the one is line `b[i]` of the other. */
export interface Alignment {
  a: Int32Array;
  b: Int32Array;
}

const absent = -1;
/** A search front wider than this (or than the root of the size) is cut short: a good alignment now, not the best one later. */
const frontMin = 256;

/**
 * Aligns two texts by a longest common subsequence: Myers' O(ND) search from both ends in linear space, of the lines
 * that are worth being searched for.
 *
 * @throws {WorkSpent}
 */
export function align(a: Int32Array, b: Int32Array, work: Work): Alignment {
  work.spend(a.length + b.length);
  let head = 0;
  const shorter = Math.min(a.length, b.length);
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;

  const restA = searchedLines({ text: a, from: head, to: a.length - tail }, occurrences(b));
  const restB = searchedLines({ text: b, from: head, to: b.length - tail }, occurrences(a));
  const search = new Search(pick(a, restA), pick(b, restB), work);
  const partners = search.run();

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
    if (j !== absent) add(restA[i] as number, restB[j] as number);
  }
  for (let i = tail; i > 0; i--) add(a.length - i, b.length - i);
  return { a: pairs.a.subarray(0, count), b: pairs.b.subarray(0, count) };
}

function pick(text: Int32Array, lines: Int32Array): Int32Array {
  return lines.map(line => text[line] as number);
}

/** One box of the edit graph that is still to be searched. */
interface Box {
  aFrom: number;
  aTo: number;
  bFrom: number;
  bTo: number;
}

class Search {
  private readonly a: Int32Array;
  private readonly b: Int32Array;
  private readonly work: Work;
  private readonly partners: Int32Array;
  /** Furthest line of `a` reached on each diagonal (a − b), from the top and from the bottom; shifted to start at 0. */
  private readonly down: Int32Array;
  private readonly up: Int32Array;
  private readonly shift: number;
  private readonly frontMax: number;

  constructor(a: Int32Array, b: Int32Array, work: Work) {
    this.a = a;
    this.b = b;
    this.work = work;
    this.partners = new Int32Array(a.length).fill(absent);
    this.shift = b.length + 1;
    this.down = new Int32Array(a.length + b.length + 3);
    this.up = new Int32Array(a.length + b.length + 3);
    this.frontMax = Math.max(frontMin, 2 ** Math.ceil(Math.log2(Math.sqrt(a.length + b.length + 3))));
  }

  /** For each line of `a` its line of `b`, or −1. */
  run(): Int32Array {
    const open: Box[] = [{ aFrom: 0, aTo: this.a.length, bFrom: 0, bTo: this.b.length }];
    for (let box = open.pop(); box !== undefined; box = open.pop()) {
      const inner = this.matchEnds(box);
      if (inner.aFrom === inner.aTo || inner.bFrom === inner.bTo) continue;
      const [x, y] = this.meet(inner);
      open.push({ aFrom: inner.aFrom, aTo: x, bFrom: inner.bFrom, bTo: y });
      open.push({ aFrom: x, aTo: inner.aTo, bFrom: y, bTo: inner.bTo });
    }
    return this.partners;
  }

  /** Pairs the equal lines at both ends of a box and returns what is left in between. */
  private matchEnds(box: Box): Box {
    const { a, b } = this;
    let { aFrom, aTo, bFrom, bTo } = box;
    while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) this.partners[aFrom++] = bFrom++;
    while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) this.partners[--aTo] = --bTo;
    this.work.spend(aFrom - box.aFrom + (box.aTo - aTo) + 1);
    return { aFrom, aTo, bFrom, bTo };
  }

  /** A point that a shortest edit path through the box goes through: where the searches from both ends meet. */
  private meet({ aFrom, aTo, bFrom, bTo }: Box): readonly [number, number] {
    const { a, b, down, up, shift } = this;
    const lowest = aFrom - bTo;
    const highest = aTo - bFrom;
    const top = aFrom - bFrom;
    const bottom = aTo - bTo;
    const odd = ((top - bottom) & 1) !== 0;
    let downLow = top;
    let downHigh = top;
    let upLow = bottom;
    let upHigh = bottom;
    down[shift + top] = aFrom;
    up[shift + bottom] = aTo;

    for (let cost = 1; ; cost++) {
      // Each front grows by one diagonal on both sides while it stays inside the box, else it shrinks by one.
      if (downLow > lowest) down[shift + --downLow - 1] = -1;
      else downLow++;
      if (downHigh < highest) down[shift + ++downHigh + 1] = -1;
      else downHigh--;
      let steps = downHigh - downLow + upHigh - upLow + 4;
      for (let d = downHigh; d >= downLow; d -= 2) {
        const start = Math.max((down[shift + d - 1] as number) + 1, down[shift + d + 1] as number);
        let x = start;
        while (x < aTo && x - d < bTo && a[x] === b[x - d]) x++;
        steps += x - start;
        down[shift + d] = x;
        if (odd && upLow <= d && d <= upHigh && (up[shift + d] as number) <= x) return [x, x - d];
      }

      if (upLow > lowest) up[shift + --upLow - 1] = aTo + 1;
      else upLow++;
      if (upHigh < highest) up[shift + ++upHigh + 1] = aTo + 1;
      else upHigh--;
      for (let d = upHigh; d >= upLow; d -= 2) {
        const start = Math.min(up[shift + d - 1] as number, (up[shift + d + 1] as number) - 1);
        let x = start;
        while (x > aFrom && x - d > bFrom && a[x - 1] === b[x - d - 1]) x--;
        steps += start - x;
        up[shift + d] = x;
        if (!odd && downLow <= d && d <= downHigh && x <= (down[shift + d] as number)) return [x, x - d];
      }
      this.work.spend(steps);
      if (cost >= this.frontMax) return this.furthest({ aFrom, aTo, bFrom, bTo }, [downLow, downHigh], [upLow, upHigh]);
    }
  }

  /** The point that has come furthest so far, of both fronts: where to cut when the search has become too wide. */
  private furthest(
    { aFrom, aTo, bFrom, bTo }: Box,
    [downLow, downHigh]: readonly [number, number],
    [upLow, upHigh]: readonly [number, number],
  ): readonly [number, number] {
    let best: readonly [number, number] = [aFrom, bFrom];
    let gain = -1;
    for (let d = downHigh; d >= downLow; d -= 2) {
      const x = Math.min(this.down[this.shift + d] as number, aTo, bTo + d);
      if (2 * x - d - aFrom - bFrom > gain) {
        gain = 2 * x - d - aFrom - bFrom;
        best = [x, x - d];
      }
    }
    for (let d = upHigh; d >= upLow; d -= 2) {
      const x = Math.max(this.up[this.shift + d] as number, aFrom, bFrom + d);
      if (aTo + bTo - (2 * x - d) >= gain) {
        gain = aTo + bTo - (2 * x - d);
        best = [x, x - d];
      }
    }
    return best;
  }
}
