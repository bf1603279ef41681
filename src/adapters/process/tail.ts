/** Keeps the last bytes of a stream of any length. */
export interface TailBuffer {
  push(chunk: Buffer): void;
  /** What is kept, from its first complete character on. */
  bytes(): Buffer;
}

export function createTailBuffer(bytesMax = 64 * 1024): TailBuffer {
  let chunks: Buffer[] = [];
  let size = 0;
  let cut = false;

  const compact = (): Buffer => {
    const all = Buffer.concat(chunks, size);
    cut ||= size > bytesMax;
    const kept = all.subarray(Math.max(0, size - bytesMax));
    chunks = [kept];
    size = kept.length;
    return kept;
  };

  return {
    push(chunk) {
      // Copy, because a slice would keep the stream's whole buffer in memory.
      chunks.push(Buffer.from(chunk.subarray(Math.max(0, chunk.length - bytesMax))));
      cut ||= chunk.length > bytesMax;
      size += Math.min(chunk.length, bytesMax);
      if (size > 2 * bytesMax) compact();
    },
    bytes() {
      const kept = compact();
      return kept.subarray(cut ? firstCharacter(kept) : 0);
    },
  };
}

/** The end of what several streams printed. */
export interface OutputTail {
  push(stream: string, chunk: Buffer): void;
  text(): string;
}

/**
 * Joins streams line by line: a chunk of one may arrive within a line of the other, and a secret that another text
 * divides would not be recognized.
 */
export function createOutputTail(bytesMax?: number): OutputTail {
  const lines = createTailBuffer(bytesMax);
  const unfinished = new Map<string, TailBuffer>();
  return {
    push(stream, chunk) {
      const end = chunk.lastIndexOf('\n') + 1;
      const line = unfinished.get(stream) ?? createTailBuffer(bytesMax);
      if (end > 0) {
        lines.push(line.bytes());
        lines.push(chunk.subarray(0, end));
      }
      const rest = end > 0 ? createTailBuffer(bytesMax) : line;
      rest.push(chunk.subarray(end));
      unfinished.set(stream, rest);
    },
    text() {
      const rests = [...unfinished.values()].map(line => line.bytes()).filter(line => line.length > 0);
      const all = createTailBuffer(bytesMax);
      all.push(lines.bytes());
      for (const [index, rest] of rests.entries()) all.push(index === 0 ? rest : Buffer.concat([lineEnd, rest]));
      return all.bytes().toString('utf8');
    },
  };
}

const lineEnd = Buffer.from('\n');

/** Returns the start of the first complete character: the cut may be inside one. */
function firstCharacter(bytes: Buffer): number {
  let at = 0;
  for (const byte of bytes.subarray(0, 4)) {
    if ((byte & 0xc0) !== 0x80) break;
    at++;
  }
  return at;
}
