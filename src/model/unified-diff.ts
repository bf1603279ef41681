/** Reads unified diffs as git writes them. Only a line feed ends a line. */

/** One changed place of a file in a diff. */
export interface Hunk {
  /** Counted from 1, as `plan review` shows them. */
  number: number;
  /** Lines of the old file, counted from 0. */
  before: { start: number; length: number };
  after: { start: number; length: number };
  /** Text of the diff, from `@@` on, without the last line feed. */
  text: string;
}

/** What a diff says of one file. */
export interface DiffFile {
  /** null for a name that git had to quote, and for a rename. */
  path: string | null;
  /** The lines before the first hunk, the one with the names first. */
  heading: string[];
  /** The beginnings of the ids of both contents; null when only the mode changed. */
  blobs: { before: string; after: string } | null;
  /** None when it is binary, or only its mode changed. */
  hunks: Hunk[];
}

export interface DiffFileLine {
  text: string;
  /** `file` is the first line of a file, a `title` belongs to no file, and a `note` is about the line before it. */
  kind: 'title' | 'file' | 'heading' | 'hunk' | 'removed' | 'added' | 'kept' | 'note';
}

const fileStart = 'diff --git ';
const hunkStart = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const indexLine = /^index ([0-9a-f]+)\.\.([0-9a-f]+)/;

/** Lines that belong to no file, such as titles between the diffs of several projects, are files without a path. */
export function parseUnifiedDiff(diff: string): DiffFile[] {
  const files: DiffFile[] = [];
  let hunk: Hunk | null = null;
  /** How many lines of the old file the hunk still has. */
  let left = 0;
  for (const text of diff === '' ? [] : diff.replace(/\n$/, '').split('\n')) {
    // git can be configured to leave out the space of an empty line.
    if (hunk !== null && (/^[-+ \\]/.test(text) || (text === '' && left > 0))) {
      hunk.text += `\n${text}`;
      if (!/^[+\\]/.test(text)) left -= 1;
      continue;
    }
    const file = files.at(-1);
    const start = hunkStart.exec(text);
    if (file !== undefined && start !== null) {
      hunk = toHunk(start, { number: file.hunks.length + 1, text });
      left = hunk.before.length;
      file.hunks.push(hunk);
      continue;
    }
    if (file === undefined || hunk !== null || text.startsWith(fileStart)) files.push(startFile(text));
    else readHeading(file, text);
    hunk = null;
  }
  return files;
}

/** Returns what a hunk changes with its context, independent of its position in the file. */
export const hunkBody = ({ text }: Pick<Hunk, 'text'>): string => text.slice(text.indexOf('\n') + 1).trimEnd();

/** Returns the lines of a file's part of a diff. */
export function diffLinesOf({ heading, hunks }: Pick<DiffFile, 'heading' | 'hunks'>): DiffFileLine[] {
  const [first = '', ...others] = heading;
  const [kind, next] = first.startsWith(fileStart) ? (['file', 'heading'] as const) : (['title', 'title'] as const);
  return [{ text: first, kind }, ...others.map(text => ({ text, kind: next })), ...hunks.flatMap(hunkLines)];
}

/** Returns the lines of a hunk, its `@@` first. */
export function hunkLines({ text }: Pick<Hunk, 'text'>): DiffFileLine[] {
  const [heading = '', ...lines] = text.split('\n');
  return [{ text: heading, kind: 'hunk' }, ...lines.map(line => ({ text: line, kind: kindOf(line) }))];
}

const kinds: Readonly<Record<string, DiffFileLine['kind']>> = { '-': 'removed', '+': 'added', '\\': 'note' };

const kindOf = (line: string): DiffFileLine['kind'] => kinds[line.charAt(0)] ?? 'kept';

function startFile(text: string): DiffFile {
  return { path: pathIn(text), heading: [text], blobs: null, hunks: [] };
}

function readHeading(file: DiffFile, text: string): void {
  file.heading.push(text);
  const [, before, after] = indexLine.exec(text) ?? [];
  if (before !== undefined && after !== undefined) file.blobs = { before, after };
}

/** Both halves of the first line are equal, unless the file was renamed. */
function pathIn(text: string): string | null {
  const path = text.slice(`${fileStart}a/`.length, (text.length - 1 + fileStart.length) / 2);
  return text === `${fileStart}a/${path} b/${path}` ? path : null;
}

function toHunk(
  [, start = '0', length = '1', newStart = '0', newLength = '1']: readonly (string | undefined)[],
  { number, text }: Pick<Hunk, 'number' | 'text'>,
): Hunk {
  const before = toSpan(Number(start), Number(length));
  return { number, before, after: toSpan(Number(newStart), Number(newLength)), text };
}

/** In a header an empty span names the line before it. */
function toSpan(start: number, length: number): Hunk['before'] {
  return { start: length === 0 ? start : start - 1, length };
}
