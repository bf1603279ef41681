/** Lines of a diff, each with the part of the result it belongs to. */

export interface DiffLine {
  /** From 0, in the whole diff. */
  number: number;
  text: string;
  kind: 'heading' | 'hunk' | 'removed' | 'added' | 'kept';
  /** Its part, as `plan apply --only` names it: `path`, or `path#2` in the second hunk; null outside of parts. */
  part: string | null;
  /** The smallest parts it represents: for a file header all hunks of the file. */
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
    // The header shares the file's list, which grows with the hunks that follow.
    lines.push({
      ...{ number: lines.length, text, kind, begins },
      part: hunk ?? path,
      leaves: hunk === null ? hunks : [hunk],
    });
  }
  // A file without hunks is one part.
  return lines.map(line => (line.leaves.length > 0 || line.part === null ? line : { ...line, leaves: [line.part] }));
}

/** Both halves of a header are equal, because renames are disabled. null for a name that git had to quote. */
function headingPath(heading: string): string | null {
  const path = heading.slice('diff --git a/'.length, (heading.length - 1 + 'diff --git '.length) / 2);
  return heading === `diff --git a/${path} b/${path}` ? path : null;
}

function lineKind(text: string): DiffLine['kind'] {
  if (text.startsWith('@@ ')) return 'hunk';
  if (text.startsWith('-')) return 'removed';
  return text.startsWith('+') ? 'added' : 'kept';
}
