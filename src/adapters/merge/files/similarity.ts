/** Pieces longer than this are cut, so that a file without line ends has pieces too. */
const pieceMax = 64;
const lineFeed = 10;

/** A file as its pieces: how many bytes there are of each. Made once, compared often. */
export interface Fingerprint {
  size: number;
  pieces: Map<number, number>;
}

/** As git does when it looks for renames (diffcore-delta.c): lines, or 64 bytes of longer ones, by hash. */
export function fingerprint(content: Uint8Array): Fingerprint {
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

/** How much of the larger file stands in both, from 0 to 1. */
export function similarity(a: Fingerprint, b: Fingerprint): number {
  const larger = Math.max(a.size, b.size);
  if (larger === 0 || Math.min(a.size, b.size) * 2 < larger) return 0;
  let shared = 0;
  for (const [piece, bytes] of a.pieces) shared += Math.min(bytes, b.pieces.get(piece) ?? 0);
  return shared / larger;
}
