const lineFeed = 10;

/**
 * A file as lines, by number: line `i` is the bytes from `starts[i]` to `starts[i + 1]`, its terminator included.
 * Bytes are never decoded, so CRLF, mixed line ends, a missing last newline and any encoding are preserved.
 */
export interface Lines {
  bytes: Uint8Array;
  /** One entry per line and one past the end. */
  starts: Int32Array;
  /** Equal numbers are equal bytes, across all texts interned together. */
  ids: Int32Array;
}

/** The three texts of a merge, with common line numbers. */
export interface LineSides {
  base: Lines;
  ours: Lines;
  theirs: Lines;
}

/** Splits files into lines and numbers them, so that comparing two lines is comparing two integers. */
export function internSides(files: { base: Uint8Array; ours: Uint8Array; theirs: Uint8Array }): LineSides {
  const starts = { base: lineStarts(files.base), ours: lineStarts(files.ours), theirs: lineStarts(files.theirs) };
  const table = new LineTable(starts.base.length + starts.ours.length + starts.theirs.length);
  const intern = (side: keyof LineSides): Lines => ({
    bytes: files[side],
    starts: starts[side],
    ids: table.idsOf(files[side], starts[side]),
  });
  return { base: intern('base'), ours: intern('ours'), theirs: intern('theirs') };
}

/** Returns the bytes of `count` lines from line `start`. */
export function lineBytes(lines: Lines, start: number, count: number): Uint8Array {
  return lines.bytes.subarray(lines.starts[start], lines.starts[start + count]);
}

function lineStarts(bytes: Uint8Array): Int32Array {
  const starts: number[] = [0];
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) starts.push(at + 1);
  if (starts[starts.length - 1] !== bytes.length) starts.push(bytes.length);
  return Int32Array.from(starts);
}

/** A hash table from the bytes of a line to its number. Open addressing in typed arrays; it creates no strings. */
class LineTable {
  private readonly mask: number;
  /** Slot → id + 1; 0 is free. */
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  /** id + 1 of the last line that followed a line, by its id + 1 (0 is the start of a text). */
  private readonly followers: Int32Array;
  private readonly owners: DataView[] = [];
  private readonly from: Int32Array;
  private readonly to: Int32Array;

  constructor(linesMax: number) {
    let size = 16;
    while (size < linesMax * 2) size *= 2;
    this.mask = size - 1;
    this.slots = new Int32Array(size);
    this.hashes = new Int32Array(linesMax);
    this.followers = new Int32Array(linesMax + 1);
    this.from = new Int32Array(linesMax);
    this.to = new Int32Array(linesMax);
  }

  /** Most lines follow the same line as in the text before: then no lookup is needed. */
  idsOf({ buffer, byteOffset, byteLength }: Uint8Array, starts: Int32Array): Int32Array {
    const bytes = new DataView(buffer, byteOffset, byteLength);
    const ids = new Int32Array(starts.length - 1);
    let before = 0;
    for (let line = 0; line < ids.length; line++) {
      const from = starts[line] as number;
      const to = starts[line + 1] as number;
      const expected = (this.followers[before] as number) - 1;
      const known = expected !== -1 && this.sameBytes(expected, bytes, from, to);
      const id = known ? expected : this.idOf(bytes, from, to);
      ids[line] = id;
      this.followers[before] = id + 1;
      before = id + 1;
    }
    return ids;
  }

  private idOf(bytes: DataView, from: number, to: number): number {
    let hash = to - from;
    let at = from;
    for (; at + 3 < to; at += 4) hash = mixed(hash, bytes.getInt32(at));
    for (; at < to; at++) hash = mixed(hash, bytes.getUint8(at));
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash ^= hash >>> 13;
    let slot = hash & this.mask;
    for (;;) {
      const id = (this.slots[slot] as number) - 1;
      if (id === -1) return this.add(slot, hash, bytes, from, to);
      if (this.hashes[id] === hash && this.sameBytes(id, bytes, from, to)) return id;
      slot = (slot + 1) & this.mask;
    }
  }

  private add(slot: number, hash: number, bytes: DataView, from: number, to: number): number {
    const id = this.owners.push(bytes) - 1;
    this.hashes[id] = hash;
    this.from[id] = from;
    this.to[id] = to;
    this.slots[slot] = id + 1;
    return id;
  }

  private sameBytes(id: number, bytes: DataView, from: number, to: number): boolean {
    const known = this.owners[id] as DataView;
    let start = this.from[id] as number;
    if ((this.to[id] as number) - start !== to - from) return false;
    let at = from;
    for (; at + 3 < to; at += 4, start += 4) if (known.getInt32(start) !== bytes.getInt32(at)) return false;
    for (; at < to; at++, start++) if (known.getUint8(start) !== bytes.getUint8(at)) return false;
    return true;
  }
}

/** One step of MurmurHash3 (x86, 32 bits), four bytes at a time: single bytes would take most of the time of a merge. */
function mixed(hash: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e2d51);
  const turned = hash ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
}
