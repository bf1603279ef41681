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

interface IndexedFile {
  path: string;
  print: ChunkIndex;
}

/** A chunk that more files have than this says little about any of them. */
const commonMin = 50;

/**
 * Files of one side indexed by chunk, to find similar files without comparing each pair. Of hundreds of files in a
 * folder, few share more than blank lines and braces.
 */
export class Similar {
  private readonly files: readonly IndexedFile[];
  private readonly holders = new Map<number, IndexedFile[]>();
  private readonly work: WorkBudget;

  constructor(files: readonly IndexedFile[], work: WorkBudget) {
    this.files = files;
    this.work = work;
    for (const file of files) {
      work.spend(file.print.pieces.size);
      for (const piece of file.print.pieces.keys()) {
        const holders = this.holders.get(piece);
        if (holders === undefined) this.holders.set(piece, [file]);
        else holders.push(file);
      }
    }
  }

  /** Returns files with at least this similarity. @throws {WorkBudgetExceeded} */
  to(print: ChunkIndex, least: number): { path: string; score: number }[] {
    const shared = new Map<IndexedFile, number>();
    let common = 0;
    for (const [piece, bytes] of print.pieces) {
      const holders = this.holders.get(piece) ?? [];
      if (holders.length > commonMin) {
        common += bytes;
        continue;
      }
      this.work.spend(holders.length);
      for (const file of holders) {
        const there = file.print.pieces.get(piece) ?? 0;
        shared.set(file, (shared.get(file) ?? 0) + Math.min(bytes, there));
      }
    }
    const enough = (file: IndexedFile) =>
      (shared.get(file) ?? 0) + common >= Math.max(print.size, file.print.size) * least;
    // When common chunks alone may be enough, compare every file.
    const all = common >= print.size * least ? this.files : shared.keys();
    return [...all].filter(enough).flatMap(({ path, print: other }) => {
      this.work.spend(1 + Math.min(print.pieces.size, other.pieces.size));
      const score = similarity(print, other);
      return score >= least ? [{ path, score }] : [];
    });
  }
}
