/** Keeps the last bytes of a stream of any length. */
export interface TailBuffer {
  push(chunk: Buffer): void;
  text(): string;
}

export function createTailBuffer(bytesMax = 64 * 1024): TailBuffer {
  let chunks: Buffer[] = [];
  let size = 0;
  let cut = false;

  const compact = () => {
    const all = Buffer.concat(chunks, size);
    cut ||= size > bytesMax;
    const kept = all.subarray(Math.max(0, size - bytesMax));
    chunks = [kept];
    size = kept.length;
  };

  return {
    push(chunk) {
      // Copy, because a slice would keep the stream's whole buffer in memory.
      chunks.push(Buffer.from(chunk.subarray(Math.max(0, chunk.length - bytesMax))));
      cut ||= chunk.length > bytesMax;
      size += Math.min(chunk.length, bytesMax);
      if (size > 2 * bytesMax) compact();
    },
    text() {
      compact();
      const [kept = Buffer.alloc(0)] = chunks;
      return kept.subarray(cut ? firstCharacter(kept) : 0).toString('utf8');
    },
  };
}

/** Returns the start of the first complete character: the cut may be inside one. */
function firstCharacter(bytes: Buffer): number {
  let at = 0;
  while (at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}
