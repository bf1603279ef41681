import type { WorkBudget } from '../text/work-budget.ts';

/** Longer chunks are split, so that a file without line ends has chunks too. */
const pieceMax = 64;
const lineFeed = 10;

/** The chunks of a file, with the bytes of each. Computed once, compared often. */
export interface ChunkIndex {
  size: number;
  pieces: Map<number, number>;
}

/** As git does when it finds renames (diffcore-delta.c): lines, or 64 bytes of longer ones, by hash. */
export function indexChunks(content: Uint8Array): ChunkIndex {
  const pieces = new Map<number, number>();
  let hash = 0x811c9dc5;
  let length = 0;
  for (let at = 0; at < content.length; at++) {
    const byte = content[at] as number;
    hash = Math.imul(hash ^ byte, 0x01000193);
    length++;
    if (byte !== lineFeed && length < pieceMax && at + 1 < content.length) continue;
    pieces.set(hash, (pieces.get(hash) ?? 0) + length);
    hash = 0x811c9dc5;
    length = 0;
  }
  return { size: content.length, pieces };
}

/** Returns the share of the larger file that both have, from 0 to 1. */
export function similarity(a: ChunkIndex, b: ChunkIndex): number {
  const larger = Math.max(a.size, b.size);
  if (larger === 0 || Math.min(a.size, b.size) * 2 < larger) return 0;
  let shared = 0;
  for (const [piece, bytes] of a.pieces) shared += Math.min(bytes, b.pieces.get(piece) ?? 0);
  return shared / larger;
}

/** A chunk that more files have than this says little about any of them. */
const commonMin = 50;

/**
 * Files of one side indexed by chunk, to find similar files without comparing each pair. Of hundreds of files in a
 * folder, few share more than blank lines and braces.
 */
export class Similar {
  private readonly prints: readonly ChunkIndex[];
  private readonly holders = new Map<number, number[]>();
  private readonly work: WorkBudget;

  constructor(prints: readonly ChunkIndex[], work: WorkBudget) {
    this.prints = prints;
    this.work = work;
    for (const [index, { pieces }] of prints.entries()) {
      work.spend(pieces.size);
      for (const piece of pieces.keys()) {
        const holders = this.holders.get(piece);
        if (holders === undefined) this.holders.set(piece, [index]);
        else holders.push(index);
      }
    }
  }

  /** Returns files with at least this similarity. @throws {WorkBudgetExceeded} */
  to(print: ChunkIndex, least: number): { index: number; score: number }[] {
    const shared = new Map<number, number>();
    let common = 0;
    for (const [piece, bytes] of print.pieces) {
      const holders = this.holders.get(piece) ?? [];
      if (holders.length > commonMin) {
        common += bytes;
        continue;
      }
      this.work.spend(holders.length);
      for (const index of holders) {
        const there = this.prints[index]?.pieces.get(piece) ?? 0;
        shared.set(index, (shared.get(index) ?? 0) + Math.min(bytes, there));
      }
    }
    const enough = (index: number) => {
      const larger = Math.max(print.size, this.prints[index]?.size ?? 0);
      return (shared.get(index) ?? 0) + common >= larger * least;
    };
    // When common chunks alone may be enough, compare every file.
    const all = common >= print.size * least ? this.prints.keys() : shared.keys();
    return [...all].filter(enough).flatMap(index => {
      const other = this.prints[index] as ChunkIndex;
      this.work.spend(1 + Math.min(print.pieces.size, other.pieces.size));
      const score = similarity(print, other);
      return score >= least ? [{ index, score }] : [];
    });
  }
}
