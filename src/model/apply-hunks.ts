import type { Hunk } from './unified-diff.ts';

/** Returns the old file with only these changes, byte for byte. The hunks must be in order. */
export function applyHunks(before: Buffer, after: Buffer, hunks: readonly Hunk[]): Buffer {
  const old = splitLines(before);
  const now = splitLines(after);
  const out: Buffer[] = [];
  let at = 0;
  for (const hunk of hunks) {
    out.push(...old.slice(at, hunk.before.start));
    out.push(...now.slice(hunk.after.start, hunk.after.start + hunk.after.length));
    at = hunk.before.start + hunk.before.length;
  }
  return Buffer.concat([...out, ...old.slice(at)]);
}

/** Includes the line endings. */
function splitLines(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(10, at);
    const next = end < 0 ? content.length : end + 1;
    lines.push(content.subarray(at, next));
    at = next;
  }
  return lines;
}
