/** The hunks of a file in a unified diff, and the file with only some of them applied. */

/** One changed place of a file in a diff. */
export interface Hunk {
  /** Counted from 1, as `plan review` shows them. */
  number: number;
  /** Lines of the old file, counted from 0. */
  before: { start: number; length: number };
  after: { start: number; length: number };
  /** Text of the diff, from `@@` on. */
  text: string;
}

/** Position before a hunk header at the start of a line; only a line feed ends a line. */
const beforeHeading = /(?<![^\n])(?=@@ -)/;
const heading = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Parses the hunks of one file's section of a unified diff; none when it is binary or only its mode changed. */
export function parseHunks(section: string): Hunk[] {
  const hunks: Hunk[] = [];
  for (const text of section.split(beforeHeading)) {
    const match = heading.exec(text);
    if (match === null) continue;
    const [, start = '0', length = '1', newStart = '0', newLength = '1'] = match;
    hunks.push({
      number: hunks.length + 1,
      before: toSpan(Number(start), Number(length)),
      after: toSpan(Number(newStart), Number(newLength)),
      text,
    });
  }
  return hunks;
}

/** Returns what a hunk changes with its context, independent of its position in the file. */
export const hunkBody = ({ text }: Pick<Hunk, 'text'>): string => text.slice(text.indexOf('\n') + 1).trimEnd();

/** In a header an empty span names the line before it. */
function toSpan(start: number, length: number): Hunk['before'] {
  return { start: length === 0 ? start : start - 1, length };
}

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
