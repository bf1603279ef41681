/** A diff as lines that know which part of the result they are in. */

export interface DiffLine {
  /** From 0, in the whole diff. */
  number: number;
  text: string;
  kind: 'heading' | 'hunk' | 'removed' | 'added' | 'kept';
  /** The part it is in, as `plan apply --only` names it: `path`, or `path#2` in its second hunk; null in none. */
  part: string | null;
  /** The smallest parts it stands for: of a file's heading all hunks of the file. */
  leaves: readonly string[];
  /** The first line of a file. */
  begins: boolean;
}

export function parseDiffLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let path: string | null = null;
  let hunks: string[] = [];
  let hunk: string | null = null;
  for (const text of diff === '' ? [] : diff.replace(/\n$/, '').split('\n')) {
    const begins = text.startsWith('diff --git ');
    if (begins) {
      path = headingPath(text);
      hunks = [];
      hunk = null;
    } else if (path !== null && text.startsWith('@@ ')) {
      hunk = `${path}#${hunks.length + 1}`;
      hunks.push(hunk);
    }
    const kind = begins || hunk === null ? 'heading' : lineKind(text);
    // The heading's list is the file's own, and grows with the hunks that follow.
    lines.push({
      ...{ number: lines.length, text, kind, begins },
      part: hunk ?? path,
      leaves: hunk === null ? hunks : [hunk],
    });
  }
  // What has no hunks is one part as a whole.
  return lines.map(line => (line.leaves.length > 0 || line.part === null ? line : { ...line, leaves: [line.part] }));
}

/** Both halves of a heading say the same: nothing is told as a rename. null for a name that git had to quote. */
function headingPath(heading: string): string | null {
  const path = heading.slice('diff --git a/'.length, (heading.length - 1 + 'diff --git '.length) / 2);
  return heading === `diff --git a/${path} b/${path}` ? path : null;
}

function lineKind(text: string): DiffLine['kind'] {
  if (text.startsWith('@@ ')) return 'hunk';
  if (text.startsWith('-')) return 'removed';
  return text.startsWith('+') ? 'added' : 'kept';
}
