import { diff3MergeRegions } from '../../../libraries/diff3.ts';
import type { DiffHunk } from './hunks.ts';

/** A range of lines of one text. */
export interface LineSpan {
  start: number;
  length: number;
}

/** A range of the merged file: taken from one text, or changed by both sides. */
export type Region =
  | { taken: 'base' | 'ours' | 'theirs'; span: LineSpan }
  | { taken: null; base: LineSpan; ours: LineSpan; theirs: LineSpan };

/**
 * The three-way merge: node-diff3's region merge on our hunks.
 *
 * node-diff3 finds hunks with a quadratic search over lines. It gets a shorter input: each text as a row of
 * *segments*, split wherever a hunk of either side starts or ends. A segment that a side leaves unchanged is the same
 * token in base and side, each inserted range has its own token. On such rows its search can find only our hunks, and
 * a file of any length with 40 edits is some 80 tokens.
 */
export function mergeRegions(baseLength: number, ours: DiffHunk[], theirs: DiffHunk[]): Region[] {
  const rows = segmentRows(baseLength, ours, theirs);
  const regions: Region[] = [];
  for (const row of rows) mergeRow(row, regions);
  return regions;
}

/** Approximate maximum number of tokens per row: node-diff3's time is quadratic in it. */
const rowMax = 48;

/** One text of a row: its tokens, and the first line of each (one entry more than tokens). */
interface Track {
  tokens: number[];
  lines: number[];
}
interface RegionRow {
  base: Track;
  ours: Track;
  theirs: Track;
}

/** Splits the three texts into rows; a row ends only after a segment that neither side changed. */
function segmentRows(baseLength: number, ours: DiffHunk[], theirs: DiffHunk[]): RegionRow[] {
  const cuts = new Set<number>([0, baseLength]);
  for (const { buffer1 } of [...ours, ...theirs]) cuts.add(buffer1[0]).add(buffer1[0] + buffer1[1]);
  const bounds = Int32Array.from(cuts).sort();

  let nextToken = 0;
  const left = new Follower(ours);
  const right = new Follower(theirs);
  const rows: RegionRow[] = [];
  let row: RegionRow | null = null;
  for (let i = 0; i < bounds.length; i++) {
    const at = bounds[i] as number;
    row ??= { base: trackFrom(at), ours: trackFrom(left.line), theirs: trackFrom(right.line) };
    left.enter(at, row.ours, () => nextToken++);
    right.enter(at, row.theirs, () => nextToken++);
    if (i + 1 === bounds.length) break;
    const length = (bounds[i + 1] as number) - at;
    const token = nextToken++;
    extend(row.base, token, length);
    const kept = [left.keep(at, token, length, row.ours), right.keep(at, token, length, row.theirs)];
    if (row.base.tokens.length >= rowMax && kept.every(Boolean)) {
      rows.push(row);
      row = null;
    }
  }
  if (row !== null) rows.push(row);
  return rows;
}

function trackFrom(line: number): Track {
  return { tokens: [], lines: [line] };
}

function extend(track: Track, token: number, length: number): void {
  track.tokens.push(token);
  track.lines.push((track.lines[track.lines.length - 1] as number) + length);
}

/** Walks through one side's hunks along the base. */
class Follower {
  private readonly hunks: DiffHunk[];
  private next = 0;
  private coveredTo = 0;
  line = 0;

  constructor(hunks: DiffHunk[]) {
    this.hunks = hunks;
  }

  /** Adds what this side has in place of, or inserts at, base line `at`. */
  enter(at: number, track: Track, token: () => number): void {
    const hunk = this.hunks[this.next];
    if (hunk === undefined || hunk.buffer1[0] !== at) return;
    this.next++;
    this.coveredTo = at + hunk.buffer1[1];
    if (hunk.buffer2[1] > 0) extend(track, token(), hunk.buffer2[1]);
    this.line += hunk.buffer2[1];
  }

  /** Keeps the base segment at `at` unless a hunk replaced it. */
  keep(at: number, token: number, length: number, track: Track): boolean {
    if (at < this.coveredTo) return false;
    extend(track, token, length);
    this.line += length;
    return true;
  }
}

const takenFrom = { o: 'base', a: 'ours', b: 'theirs' } as const;

function mergeRow(row: RegionRow, regions: Region[]): void {
  for (const found of diff3MergeRegions(row.ours.tokens, row.base.tokens, row.theirs.tokens)) {
    if (found.stable) {
      const taken = takenFrom[found.buffer];
      regions.push({ taken, span: spanOf(row[taken], found.bufferStart, found.bufferLength) });
    } else {
      regions.push({
        taken: null,
        base: spanOf(row.base, found.oStart, found.oLength),
        ours: spanOf(row.ours, found.aStart, found.aLength),
        theirs: spanOf(row.theirs, found.bStart, found.bLength),
      });
    }
  }
}

function spanOf(track: Track, token: number, count: number): LineSpan {
  const start = track.lines[token] as number;
  return { start, length: (track.lines[token + count] as number) - start };
}
