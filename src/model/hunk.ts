/** The places of a file that a result changed, as its unified diff tells them apart, and a file with only some of them. */

export interface Hunk {
  /** From 1, as `plan review` counts them. */
  number: number;
  /** Lines of the file before, counted from 0. */
  before: { start: number; length: number };
  after: { start: number; length: number };
  /** As the diff has it, from `@@` on. */
  text: string;
}

/** Before a heading at the beginning of a line; only a line feed ends one. */
const beforeHeading = /(?<![^\n])(?=@@ -)/;
const heading = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** The hunks of one file's part of a unified diff; none where it is binary or only its mode changed. */
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

/** What a hunk changes and what is around it, wherever in the file that is. */
export const hunkBody = ({ text }: Pick<Hunk, 'text'>): string => text.slice(text.indexOf('\n') + 1).trimEnd();

/** In a heading an empty span names the line before it. */
function toSpan(start: number, length: number): Hunk['before'] {
  return { start: length === 0 ? start : start - 1, length };
}

/** The file before with only these changes in it, byte for byte. The hunks are in their order. */
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

/** With their ends. */
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
